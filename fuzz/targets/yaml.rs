//! The YAML reader and writer: what is read and written is read again as the same.

#![no_main]

#[path = "../../tests/fuzz/yaml.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::check(bytes));
