//! Configuration: layers, parted by a line of `%%%`, merge without a panic, and nothing that the
//! strongest sets is lost.

#![no_main]

#[path = "../../tests/fuzz/config.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::check(bytes));
