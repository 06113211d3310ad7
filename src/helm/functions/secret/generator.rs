//! The source of randomness as the crates of `RustCrypto` want it.

use crate::helm::functions::chance::Randomness;
use rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;

/// Random numbers for keys.
pub(super) struct Generator<'a>(pub(super) &'a Randomness);

impl TryRng for Generator<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

// Whoever hands in a source that can be foretold wants that.
impl TryCryptoRng for Generator<'_> {}
