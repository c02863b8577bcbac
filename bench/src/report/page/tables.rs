//! Notes and tables in HTML.

use std::fmt::Write;

use serde_json::Value;

pub(super) fn notes_of(page: &mut String, name: &str, notes: Vec<String>) {
    if notes.is_empty() {
        let _ = writeln!(page, "<p>{}: nothing that would change a result was seen.</p>", escaped(name));
        return;
    }
    let _ = writeln!(page, "<p>{}:</p>\n<ul>", escaped(name));
    for note in notes {
        let _ = writeln!(page, "<li>{}</li>", escaped(&note));
    }
    page.push_str("</ul>\n");
}

pub(super) fn all_numbers(page: &mut String, columns: &[&str], rows: Vec<Vec<Value>>) {
    let plain = |value: Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    table(page, columns, rows.into_iter().map(|row| row.into_iter().map(plain).collect()));
}

pub(super) fn table(page: &mut String, head: &[&str], body: impl Iterator<Item = Vec<String>>) {
    let row = |cells: &mut dyn Iterator<Item = String>, tag: &str| {
        let cells: Vec<String> = cells.map(|cell| format!("<{tag}>{}</{tag}>", escaped(&cell))).collect();
        format!("<tr>{}</tr>", cells.concat())
    };
    let _ =
        writeln!(page, "<div class=\"scroll\"><table>\n{}", row(&mut head.iter().map(|cell| (*cell).to_owned()), "th"));
    for cells in body {
        let _ = writeln!(page, "{}", row(&mut cells.into_iter(), "td"));
    }
    page.push_str("</table></div>\n");
}

/// As text of HTML and SVG, and in their attributes.
pub(in crate::report) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
