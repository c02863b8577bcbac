//! The lines of `tests/vectors/stratum-v1-quirks.json`, for the tests of the side that has to understand them.

/// One line as it occurs on real wires, or as an attack.
#[derive(serde::Deserialize)]
pub(crate) struct Quirk {
    /// Its name, by which the tests know the conclusion.
    pub(crate) id: String,
    direction: String,
    /// The line without its end.
    pub(crate) line: String,
}

/// Every line that goes in `direction`, of which there are `count`: a line that is added has to get its conclusion.
pub(crate) fn quirks(direction: &str, count: usize) -> Vec<Quirk> {
    #[derive(serde::Deserialize)]
    struct File {
        entries: Vec<Quirk>,
    }
    let file: File = serde_json::from_str(include_str!("../../tests/vectors/stratum-v1-quirks.json"))
        .expect("the file is read by nobody else's rules");
    assert_eq!(file.entries.len(), 110, "all lines of both directions");
    let lines: Vec<_> = file.entries.into_iter().filter(|entry| entry.direction == direction).collect();
    assert_eq!(lines.len(), count, "{direction}");
    lines
}
