//! The voice to a person: colours and a progress bar where there is a terminal.

use console::{Style, Term};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;

/// A person's terminal, or the file that stands for it. What is asked for goes to standard output,
/// the rest to standard error.
#[derive(Debug)]
pub struct Terminal {
    bar: ProgressBar,
}

impl Terminal {
    /// Returns the terminal of this process.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(100), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:24.cyan/dim} {percent:>3}% {msg}") {
            bar.set_style(style.progress_chars("━━─"));
        }
        if !Term::stderr().is_term() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self { bar }
    }

    /// Says a line.
    pub fn line(&self, line: &str) {
        self.to_stderr(line);
    }

    /// Says a line of what was asked for.
    pub fn answer(&self, line: &str) {
        self.bar.suspend(|| drop(writeln!(std::io::stdout().lock(), "{line}")));
    }

    /// Says a heading.
    pub fn heading(&self, title: &str) {
        self.to_stderr(&style().bold().apply_to(title).to_string());
    }

    /// Moves the bar.
    pub fn progress(&self, percent: u32, doing: &str) {
        self.bar.set_position(percent.into());
        self.bar.set_message(doing.to_owned());
    }

    /// Says a warning.
    pub fn warning(&self, code: &str, message: &str, more: (Option<String>, Option<String>)) {
        let label = style().yellow().bold().apply_to(format!("warning[{code}]"));
        self.diagnosis(&label.to_string(), message, more);
    }

    /// Says an error.
    pub fn error(&self, code: &str, message: &str, more: (Option<String>, Option<String>)) {
        self.bar.finish_and_clear();
        let label = style().red().bold().apply_to(format!("error[{code}]"));
        self.diagnosis(&label.to_string(), message, more);
    }

    /// Ends: the bar goes, and what was done is said, unless an error has said it.
    pub fn end(&self, failed: bool, text: &str) {
        self.bar.finish_and_clear();
        if !failed {
            self.to_stderr(&style().green().apply_to(text).to_string());
        }
    }

    fn diagnosis(&self, label: &str, message: &str, more: (Option<String>, Option<String>)) {
        self.to_stderr(&format!("{label}: {message}"));
        if let Some(place) = more.0 {
            self.to_stderr(&format!("  --> {place}"));
        }
        if let Some(hint) = more.1 {
            self.to_stderr(&format!("  = {hint}"));
        }
    }

    fn to_stderr(&self, line: &str) {
        self.bar.suspend(|| drop(writeln!(std::io::stderr().lock(), "{line}")));
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}

fn style() -> Style {
    Style::new().for_stderr()
}
