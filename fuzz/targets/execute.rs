//! Charts of one template: rendered or refused within limits, never with a panic.

#![no_main]

#[path = "../../tests/fuzz/execute.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::check(bytes));
