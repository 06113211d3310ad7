//! Archives of charts: loaded or refused; what is no archive is packed, so that its tar is read.

#![no_main]

#[path = "../../tests/fuzz/archive.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::check(bytes));
