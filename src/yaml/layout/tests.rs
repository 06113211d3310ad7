//! Where the nodes of some documents stand.

use crate::yaml::layout::{Piece, Shape, layout};
use expect_test::{Expect, expect};

fn check(text: &str, expected: &Expect) {
    let shown = match layout(text) {
        Ok(Some(layout)) => {
            let mut lines = String::new();
            show(&layout.root, text, 0, &mut lines);
            if layout.is_alone { lines } else { format!("{lines}more\n") }
        }
        Ok(None) => "nothing\n".to_owned(),
        Err(error) => format!("{error}\n"),
    };
    expected.assert_eq(&shown);
}

fn show(piece: &Piece, text: &str, depth: usize, lines: &mut String) {
    let between = |from: usize, to: usize| text.get(from..to).unwrap().escape_debug().to_string();
    let (before, content) =
        (between(piece.behind, piece.content), between(piece.content, piece.end));
    let properties = between(piece.start, piece.content);
    let line = format!("{}({before})({properties})({content})", "  ".repeat(depth));
    lines.push_str(&line);
    lines.push('\n');
    match &piece.shape {
        Shape::Scalar { .. } | Shape::Alias(_) => {}
        Shape::Sequence { items, .. } => {
            for item in items {
                show(item, text, depth + 1, lines);
            }
        }
        Shape::Mapping { entries, .. } => {
            for (key, value) in entries {
                show(key, text, depth + 1, lines);
                show(value, text, depth + 2, lines);
            }
        }
    }
}

#[test]
fn blocks_end_with_their_last_child() {
    check(
        "a: 1 # c\nb:\n  c: 'x'\n  d: \"y\"\ne:\n- f\n- g: h\n",
        &expect![[r#"
        ()()(a: 1 # c\nb:\n  c: \'x\'\n  d: \"y\"\ne:\n- f\n- g: h)
          ()()(a)
            ( )()(1)
          ( # c\n)()(b)
            (\n  )()(c: \'x\'\n  d: \"y\")
              (\n  )()(c)
                ( )()(\'x\')
              (\n  )()(d)
                ( )()(\"y\")
          (\n)()(e)
            (\n)()(- f\n- g: h)
              ( )()(f)
              ( )()(g: h)
                ( )()(g)
                  ( )()(h)
    "#]],
    );
}

#[test]
fn flows_end_with_their_brackets() {
    check(
        "{a: [1, {b: c}, i: j], d, 'e':f, g: }",
        &expect![[r#"
        ()()({a: [1, {b: c}, i: j], d, \'e\':f, g: })
          ()()(a)
            ( )()([1, {b: c}, i: j])
              ()()(1)
              ( )()({b: c})
                ()()(b)
                  ( )()(c)
              ( )()(i: j)
                ( )()(i)
                  ( )()(j)
          ( )()(d)
            ()()()
          ( )()(\'e\')
            ()()(f)
          ( )()(g)
            ()()()
    "#]],
    );
}

#[test]
fn anchors_and_tags_stand_in_front_of_the_content() {
    check(
        "a: &x !!str b\nc: &y\n  d: e\nf: *x\ng: &z\n",
        &expect![[r#"
        ()()(a: &x !!str b\nc: &y\n  d: e\nf: *x\ng: &z)
          ()()(a)
            ( )(&x !!str )(b)
          (\n)()(c)
            (\n  )(&y\n  )(d: e)
              (\n  )()(d)
                ( )()(e)
          (\n)()(f)
            ( )()(*x)
          (\n)()(g)
            ()(&z)()
    "#]],
    );
}

#[test]
fn blocks_of_text_end_without_the_last_line_break() {
    check(
        "a: |\n  x\n  y\n\nb: >+ # c\n  z\n\n\nc: |-\nd: |+\n\n",
        &expect![[r#"
            ()()(a: |\n  x\n  y\n\nb: >+ # c\n  z\n\n\nc: |-\nd: |+\n)
              ()()(a)
                ( )()(|\n  x\n  y)
              (\n\n)()(b)
                ( )()(>+ # c\n  z\n\n)
              (\n)()(c)
                ( )()(|-)
              (\n)()(d)
                ( )()(|+\n)
        "#]],
    );
}

#[test]
fn words_of_several_lines_end_with_the_last_word() {
    check(
        "a: b\n  c # d\ne: 'f\n  g'\n? h\n: i\n",
        &expect![[r#"
        ()()(a: b\n  c # d\ne: \'f\n  g\'\n? h\n: i)
          ()()(a)
            ( )()(b\n  c)
          ( # d\n)()(e)
            ( )()(\'f\n  g\')
          ( )()(h)
            ( )()(i)
    "#]],
    );
}

#[test]
fn what_follows_the_document_is_told() {
    check(
        "a: 1\n---\nb: 2",
        &expect![[r#"
        ()()(a: 1)
          ()()(a)
            ( )()(1)
        more
    "#]],
    );
    check(
        "a: 1\n...\n# c",
        &expect![[r#"
        ()()(a: 1)
          ()()(a)
            ( )()(1)
    "#]],
    );
    check(
        "# c",
        &expect![[r#"
        nothing
    "#]],
    );
    check(
        "---\n",
        &expect![[r#"
        ()()()
    "#]],
    );
    check(
        "[a] b",
        &expect![[r#"
        ()()([a])
          ()()(a)
        more
    "#]],
    );
}
