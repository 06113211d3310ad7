//! Templates: parsed or refused, never with a panic, however they are cut and nested.

#![no_main]

#[path = "../../tests/fuzz/template.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::check(bytes));
