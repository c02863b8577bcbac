//! How data is printed: for people, and as JSON, JSON lines, CSV or a Markdown table.

use std::io::{self, Write};

use serde_json::Value;

/// The forms in which a verb prints its data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// One JSON array of objects
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values with a head line (RFC 4180)
    Csv,
    /// A Markdown table
    Md,
}

/// The switch of every verb that prints data.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct OutputArgs {
    /// The form of the data on standard output
    #[arg(long = "output", value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// Standard output, buffered: whoever prints slowly flushes each row.
pub(crate) fn stdout() -> io::BufWriter<io::Stdout> {
    io::BufWriter::new(io::stdout())
}

/// Prints rows in a form for programs, one by one as they come. [`Rows::end`] closes it.
pub(crate) struct Rows<W> {
    out: W,
    format: Format,
    columns: &'static [&'static str],
    printed: u64,
}

impl<W: Write> Rows<W> {
    /// A table of `columns`. Text for people is each verb's own: here [`Format::Text`] is printed as JSON lines.
    pub(crate) fn new(mut out: W, format: Format, columns: &'static [&'static str]) -> io::Result<Self> {
        match format {
            Format::Json => write!(out, "[")?,
            Format::Text | Format::Jsonl => {}
            Format::Csv => write!(out, "{}\r\n", columns.join(","))?,
            Format::Md => {
                writeln!(out, "| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()))?;
            }
        }
        Ok(Self { out, format, columns, printed: 0 })
    }

    /// Prints one row; `cells` are as many as the columns, in their order.
    pub(crate) fn row(&mut self, cells: &[Value]) -> io::Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell for each of {:?}", self.columns);
        match self.format {
            Format::Json => {
                write!(self.out, "{}\n  ", if self.printed == 0 { "" } else { "," })?;
                self.object(cells)?;
            }
            Format::Text | Format::Jsonl => {
                self.object(cells)?;
                writeln!(self.out)?;
            }
            Format::Csv => write!(self.out, "{}\r\n", joined(cells, csv_cell, ","))?,
            Format::Md => writeln!(self.out, "| {} |", joined(cells, md_cell, " | "))?,
        }
        self.printed += 1;
        Ok(())
    }

    /// Hands what is printed so far to the reader.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Closes the table and gives the output back.
    pub(crate) fn end(mut self) -> io::Result<W> {
        if self.format == Format::Json {
            writeln!(self.out, "{}]", if self.printed == 0 { "" } else { "\n" })?;
        }
        self.out.flush()?;
        Ok(self.out)
    }

    /// An object whose keys stand in the order of the columns.
    fn object(&mut self, cells: &[Value]) -> io::Result<()> {
        for (at, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let before = if at == 0 { "{" } else { "," };
            write!(self.out, "{before}{}:{cell}", Value::from(*column))?;
        }
        write!(self.out, "}}")
    }
}

fn joined(cells: &[Value], cell: fn(&str) -> String, between: &str) -> String {
    cells.iter().map(|value| cell(&plain(value))).collect::<Vec<_>>().join(between)
}

/// A cell without JSON's quotes; nothing for null.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn csv_cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn md_cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_keeps_odd_cells_apart() {
        let rows = [[json!("a|b,\"c\"\n"), json!(1)], [json!(null), json!(true)]];
        for (format, expected) in [
            (Format::Json, "[\n  {\"name\":\"a|b,\\\"c\\\"\\n\",\"n\":1},\n  {\"name\":null,\"n\":true}\n]\n"),
            (Format::Jsonl, "{\"name\":\"a|b,\\\"c\\\"\\n\",\"n\":1}\n{\"name\":null,\"n\":true}\n"),
            (Format::Csv, "name,n\r\n\"a|b,\"\"c\"\"\n\",1\r\n,true\r\n"),
            (Format::Md, "| name | n |\n|---|---|\n| a\\|b,\"c\"  | 1 |\n|  | true |\n"),
        ] {
            let mut table = Rows::new(Vec::new(), format, &["name", "n"]).unwrap();
            for row in &rows {
                table.row(row).unwrap();
            }
            assert_eq!(String::from_utf8(table.end().unwrap()).unwrap(), expected, "{format:?}");
        }
    }

    #[test]
    fn a_json_array_without_rows_is_still_an_array() {
        let table = Rows::new(Vec::new(), Format::Json, &["name"]).unwrap();
        assert_eq!(table.end().unwrap(), b"[]\n");
    }
}
