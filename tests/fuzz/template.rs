//! Templates: parsed or refused, never with a panic, however they are cut and nested.

use fabrikate_gitops::helm::Profile;
use fabrikate_gitops::helm::functions::functions;
use fabrikate_gitops::helm::template::{Functions, Limits, Templates};
use std::sync::LazyLock;

static EMPTY: LazyLock<Templates> =
    LazyLock::new(|| Templates::new(Functions::builtins().with_all(functions(Profile::Helm41))));

/// Checks what holds for all bytes.
pub(crate) fn check(text: &[u8]) {
    let mut templates = EMPTY.clone();
    if let Err(error) = templates.parse("chart/templates/a.yaml", text, &Limits::default()) {
        assert!(!error.to_string().is_empty());
    }
}
