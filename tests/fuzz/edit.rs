//! `set --preserve`: the edited text says what was asked for, or the edit is refused.

use fabrikate_gitops::edit::Style;
use fabrikate_gitops::edit::file::{Format, Target};
use fabrikate_gitops::edit::path::Assignment;
use fabrikate_gitops::edit::set::{Values, with_values};

/// Checks what holds for all bytes.
// The first line is what is set, the rest is the file.
pub(crate) fn check(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let Some((argument, content)) = text.split_once('\n') else {
        return;
    };
    let Ok(assignment) = Assignment::parse(argument) else {
        return;
    };
    let values = Values { assignments: vec![assignment], ..Values::default() };
    let format = if content.starts_with('{') { Format::Json } else { Format::Yaml };
    let content = Some(content.as_bytes().to_vec());
    let target = Target { path: "config/common.yaml".into(), format, content };
    let Ok(once) = with_values(&target, &values, Style::Preserving) else {
        return;
    };
    let target = Target { content: Some(once.clone()), ..target };
    let twice =
        with_values(&target, &values, Style::Preserving).expect("what was set can be set again");
    assert_eq!(String::from_utf8_lossy(&once), String::from_utf8_lossy(&twice));
}
