//! Archives of charts: loaded or refused; what is no archive is packed, so that its tar is read.

#![no_main]

use fabrikate_gitops::helm::Profile;
use fabrikate_gitops::helm::chart::Chart;
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use std::io::Write;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    if packed.write_all(bytes).is_ok()
        && let Ok(packed) = packed.finish()
    {
        check(&packed);
    }
});

fn check(archive: &[u8]) {
    match Chart::from_archive(archive, Profile::Helm41) {
        Ok(chart) => assert!(!chart.metadata().name.is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
