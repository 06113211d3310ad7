//! Component files, in YAML and in JSON.

#![no_main]

#[path = "../../tests/fuzz/component.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::check(bytes));
