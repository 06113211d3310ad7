//! Archives of charts: loaded or refused; what is no archive is packed, so that its tar is read.

use fabrikate_gitops::helm::Profile;
use fabrikate_gitops::helm::chart::Chart;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Checks what holds for all bytes.
pub(crate) fn check(bytes: &[u8]) {
    load(bytes);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    if packed.write_all(bytes).is_ok()
        && let Ok(packed) = packed.finish()
    {
        load(&packed);
    }
}

fn load(archive: &[u8]) {
    match Chart::from_archive(archive, Profile::Helm41) {
        Ok(chart) => assert!(!chart.metadata().name.is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
