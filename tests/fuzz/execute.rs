//! Charts of one template: rendered or refused within limits, never with a panic.

use fabrikate_gitops::helm::chart::{Chart, Rendering};
use fabrikate_gitops::helm::functions::{Clock, Moment, Randomness};
use fabrikate_gitops::helm::template::{Interpreter, Limits};
use fabrikate_gitops::helm::{File, Profile};

const VALUES: &str = "a: 1\nb: text\nc: [1, two, {d: 3.5}]\nd: {e: {f: ~}, g: true}\nh: ''\n";

/// Checks what holds for all bytes.
// A line of `%%%` parts templates.
pub(crate) fn check(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let mut files = vec![
        file("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n"),
        file("values.yaml", VALUES),
    ];
    for (number, template) in text.split("%%%\n").take(4).enumerate() {
        files.push(file(&format!("templates/{number}.yaml"), template));
    }
    let Ok(chart) = Chart::from_folder(files, Profile::Helm317) else {
        return;
    };
    let limits = Limits {
        source: 1 << 20,
        source_nesting: 200,
        nesting: 2_000,
        value_nesting: 200,
        steps: 100_000,
        text: 1 << 20,
        total: 8 << 20,
    };
    let now = || Moment { seconds: 1_700_000_000, nanoseconds: 0, running: None };
    let interpreter = Interpreter::new(limits)
        .with_state(Clock::new(now, "UTC"))
        .with_state(Randomness::seeded([7; 32]));
    match chart.render(&Rendering::default(), interpreter) {
        Ok(rendered) => assert!(rendered.output.len() <= 16 << 20),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn file(path: &str, content: &str) -> File {
    File { path: path.to_owned(), content: content.as_bytes().to_vec() }
}
