//! Schemas: values are judged, never with a panic, and twice alike. A line of `----` parts the schema
//! from the values.

use fabrikate_gitops::helm::chart::{Chart, Rendering};
use fabrikate_gitops::helm::template::{Interpreter, Limits};
use fabrikate_gitops::helm::value::Text;
use fabrikate_gitops::helm::values::Given;
use fabrikate_gitops::helm::{File, Profile};

/// Checks what holds for all bytes.
pub(crate) fn check(text: &[u8]) {
    for profile in Profile::ALL {
        check_as(text, profile);
    }
}

fn check_as(text: &[u8], profile: Profile) {
    let text = String::from_utf8_lossy(text);
    let (schema, values) = text.split_once("\n----\n").unwrap_or((&text, "{a: 1}"));
    let files = vec![("values.yaml", values.as_bytes())];
    let given = Given { profile, files, ..Given::default() };
    let Ok(values) = given.values(&|_| Ok(Text::default())) else {
        return;
    };
    let files = vec![
        file("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n"),
        file("values.schema.json", schema),
    ];
    let Ok(chart) = Chart::from_folder(files, profile) else {
        return;
    };
    let rendering = Rendering { values, ..Rendering::default() };
    let render = || match chart.render(&rendering, Interpreter::new(Limits::default())) {
        Ok(rendered) => String::from_utf8_lossy(&rendered.output).into_owned(),
        Err(error) => error.to_string(),
    };
    assert_eq!(render(), render());
}

fn file(path: &str, content: &str) -> File {
    File { path: path.to_owned(), content: content.as_bytes().to_vec() }
}
