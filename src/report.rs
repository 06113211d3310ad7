//! The voice: everything that a run says to the agent or to a person, and nothing else prints.

pub mod command;
pub mod inert;
pub mod summary;
pub mod terminal;

use crate::failure::{Failure, Place, Warning};
use crate::secret::Secret;
use command::{Percents, command};
use inert::Redaction;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use summary::Summary;
use terminal::Terminal;

/// How many warnings become issues of the build's page; the agent keeps ten and drops the rest.
const ISSUES: usize = 9;
/// How many lines of another program's output are shown.
const SHOWN_LINES: usize = 200;

/// How a run ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// It did what was asked; the text says what that was.
    Succeeded(String),
    /// It failed.
    Failed(Failure),
    /// It was told to stop.
    Cancelled,
}

/// The voice of one run.
#[derive(Debug)]
pub struct Report {
    voice: Voice,
    redaction: Redaction,
    masked: BTreeSet<Secret>,
    warnings: Vec<Warning>,
    percent: u32,
    is_group_open: bool,
}

#[derive(Debug)]
enum Voice {
    Agent(Percents),
    Person(Terminal),
}

impl Report {
    /// Returns a voice that speaks to the agent.
    pub fn to_agent(percents: Percents) -> Self {
        Self::new(Voice::Agent(percents))
    }

    /// Returns a voice that speaks to a person.
    pub fn to_person() -> Self {
        Self::new(Voice::Person(Terminal::new()))
    }

    fn new(voice: Voice) -> Self {
        let (redaction, masked, warnings) = (Redaction::default(), BTreeSet::new(), Vec::new());
        Self { voice, redaction, masked, warnings, percent: 0, is_group_open: false }
    }

    /// Hides secrets from here on: the agent masks them in all that any program of the job prints,
    /// and this voice never says them.
    pub fn hide<'a>(&mut self, secrets: impl IntoIterator<Item = &'a Secret>) {
        for secret in secrets {
            self.redaction.add(secret);
            if let Voice::Agent(percents) = self.voice {
                self.mask(secret, percents);
            }
        }
    }

    fn mask(&mut self, secret: &Secret, percents: Percents) {
        for form in secret.forms() {
            // What was said once is known to the agent.
            if Secret::new(&form).is_some_and(|form| self.masked.insert(form)) {
                raw_line(&command("task.setsecret", &[], &form, percents));
            }
        }
    }

    /// Speaks of `known` where a path below `path` comes up: of the checkout, not of its copy.
    pub fn rename(&mut self, path: &Path, known: &Path) {
        self.redaction.rename(&path.to_string_lossy(), &known.to_string_lossy());
    }

    /// Tells whether a text holds a hidden secret.
    pub fn knows_secret_in(&self, text: &str) -> bool {
        self.redaction.finds(text)
    }

    /// Says something, line by line. The text may hold anything.
    pub fn line(&mut self, text: &str) {
        for line in self.redaction.lines(text) {
            self.speak(&line);
        }
    }

    /// Says what a person asked to be told: on a laptop it goes to standard output.
    pub fn answer(&mut self, text: &str) {
        for line in self.redaction.lines(text) {
            match &self.voice {
                Voice::Agent(_) => raw_line(&line),
                Voice::Person(terminal) => terminal.answer(&line),
            }
        }
    }

    /// Prints what a person asked for, byte by byte: whoever asks in a job asks for what a chart's
    /// author may have chosen, as from Helm.
    pub fn print(&self, bytes: &[u8]) {
        let mut stdout = std::io::stdout().lock();
        drop(stdout.write_all(bytes).and_then(|()| stdout.flush()));
    }

    /// Shows what another program or a server said.
    pub fn quote(&mut self, text: &str) {
        let lines = self.redaction.lines(text);
        for line in lines.iter().take(SHOWN_LINES) {
            self.speak(&format!("  | {line}"));
        }
        if let Some(rest) = lines.len().checked_sub(SHOWN_LINES + 1) {
            self.speak(&format!("  | … ({} more lines)", rest + 1));
        }
    }

    /// Begins a part of the log that folds; one that is open ends.
    pub fn open(&mut self, title: &str) {
        self.close();
        let title = self.redaction.one_line(title);
        match &self.voice {
            Voice::Agent(_) => raw_line(&format!("##[group]{title}")),
            Voice::Person(terminal) => terminal.heading(&title),
        }
        self.is_group_open = true;
    }

    /// Ends the part of the log that is open.
    pub fn close(&mut self) {
        if std::mem::take(&mut self.is_group_open) && matches!(self.voice, Voice::Agent(_)) {
            raw_line("##[endgroup]");
        }
    }

    /// Tells how far the run is (0 to 100) and what it does now. It never goes back.
    pub fn progress(&mut self, percent: u32, doing: &str) {
        self.percent = self.percent.max(percent.min(100));
        let doing = self.redaction.one_line(doing);
        match &self.voice {
            Voice::Agent(percents) => {
                let value = self.percent.to_string();
                raw_line(&command("task.setprogress", &[("value", &value)], &doing, *percents));
            }
            Voice::Person(terminal) => terminal.progress(self.percent, &doing),
        }
    }

    /// Warns. Beyond what the build's page can hold, a warning stays in the log.
    pub fn warn(&mut self, warning: Warning) {
        let text = self.sentence(&warning.message, warning.hint.as_deref(), warning.code.as_str());
        match &self.voice {
            Voice::Agent(percents) if self.warnings.len() < ISSUES => {
                let place = self.place(warning.place.as_ref());
                raw_line(&issue("warning", warning.code.as_str(), (place, &text), *percents));
            }
            Voice::Agent(_) => raw_line(&format!("##[warning]{text}")),
            Voice::Person(terminal) => {
                let (message, hint) = self.parts(&warning.message, warning.hint.as_deref());
                let place = warning.place.as_ref().map(|place| self.shown(place));
                terminal.warning(warning.code.as_str(), &message, (place, hint));
            }
        }
        self.warnings.push(warning);
    }

    /// Sets an output variable of the step. On a laptop there is none.
    pub fn output(&mut self, name: &str, value: &str) {
        if let Voice::Agent(percents) = self.voice {
            let value = self.redaction.value(value);
            let properties = [("variable", name), ("isOutput", "true")];
            raw_line(&command("task.setvariable", &properties, &value, percents));
        }
    }

    /// Shows a Markdown file on the build's page. The file must stay.
    pub fn summary(&mut self, file: &Path) {
        if let Voice::Agent(percents) = self.voice {
            raw_line(&command("task.uploadsummary", &[], &file.to_string_lossy(), percents));
        }
    }

    /// Returns a summary with the warnings so far as Markdown, without the hidden secrets.
    pub fn markdown(&self, summary: &Summary) -> String {
        summary.markdown(&self.warnings, &self.redaction)
    }

    /// Says how the run ended. This is the last that is said, and it is said once.
    pub fn finish(mut self, ending: &Ending) {
        self.close();
        self.repeat_warnings();
        match ending {
            Ending::Succeeded(text) => {
                if matches!(self.voice, Voice::Agent(_)) {
                    self.line(text);
                }
                let result = if self.warnings.is_empty() { "Succeeded" } else { WITH_ISSUES };
                self.complete(result, text);
            }
            Ending::Failed(failure) => self.fail(failure),
            Ending::Cancelled => {
                self.line("Cancelled: nothing more is done.");
                self.complete("Canceled", "cancelled");
            }
        }
    }

    fn repeat_warnings(&mut self) {
        let rest = self.warnings.len().saturating_sub(ISSUES);
        if let (Voice::Agent(percents), true) = (&self.voice, rest > 0) {
            let text = format!("{rest} more warnings are in the log of this step");
            raw_line(&command("task.logissue", &[("type", "warning")], &text, *percents));
        }
    }

    fn fail(&mut self, failure: &Failure) {
        let code = failure.code.as_str();
        let text = self.sentence(&failure.message, failure.hint.as_deref(), code);
        match &self.voice {
            Voice::Agent(percents) => {
                let place = self.place(failure.place.as_ref());
                raw_line(&issue("error", code, (place, &text), *percents));
            }
            Voice::Person(terminal) => {
                let (message, hint) = self.parts(&failure.message, failure.hint.as_deref());
                terminal.error(
                    code,
                    &message,
                    (failure.place.as_ref().map(|place| self.shown(place)), hint),
                );
            }
        }
        for cause in &failure.causes {
            self.quote(cause);
        }
        self.complete("Failed", &text);
    }

    fn complete(&mut self, result: &str, text: &str) {
        let text = self.redaction.one_line(text);
        match &self.voice {
            Voice::Agent(percents) => {
                raw_line(&command("task.complete", &[("result", result)], &text, *percents));
            }
            Voice::Person(terminal) => terminal.end(result == "Failed", &text),
        }
    }

    fn speak(&self, line: &str) {
        match &self.voice {
            Voice::Agent(_) => raw_line(line),
            Voice::Person(terminal) => terminal.line(line),
        }
    }

    /// Returns "what — what to do (code)": the agent hides a code that has no file with it.
    fn sentence(&self, message: &str, hint: Option<&str>, code: &str) -> String {
        let (message, hint) = self.parts(message, hint);
        let hint = hint.map(|hint| format!(" — {hint}")).unwrap_or_default();
        format!("{message}{hint} ({code})")
    }

    fn place(&self, place: Option<&Place>) -> Option<Place> {
        let place = place?.clone();
        Some(Place { file: self.redaction.value(&place.file.to_string_lossy()).into(), ..place })
    }

    fn shown(&self, place: &Place) -> String {
        let mut text = self.redaction.one_line(&place.file.to_string_lossy());
        for number in [place.line, place.column].into_iter().flatten() {
            let _ = write!(text, ":{number}");
        }
        text
    }

    fn parts(&self, message: &str, hint: Option<&str>) -> (String, Option<String>) {
        let clean = |text: &str| self.redaction.one_line(text);
        (clean(message), hint.map(clean))
    }
}

const WITH_ISSUES: &str = "SucceededWithIssues";

fn issue(kind: &str, code: &str, (place, text): (Option<Place>, &str), p: Percents) -> String {
    let number = |number: Option<usize>| number.map(|n| n.to_string()).unwrap_or_default();
    let place = place.unwrap_or(Place { file: PathBuf::new(), line: None, column: None });
    let path = place.file.to_string_lossy();
    let (line, column) = (number(place.line), number(place.column));
    let properties = [
        ("type", kind),
        ("code", code),
        ("sourcepath", &path),
        ("linenumber", &line),
        ("columnnumber", &column),
    ];
    command("task.logissue", &properties, text, p)
}

/// Writes one line, whole, to standard output.
fn raw_line(line: &str) {
    let mut stdout = std::io::stdout().lock();
    // Whoever closed our output does not want to hear of it.
    let written = stdout.write_all(format!("{line}\n").as_bytes());
    drop(written.and_then(|()| stdout.flush()));
}
