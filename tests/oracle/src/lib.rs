//! Tests only: the practice chain judged by Bitcoin Core's own validation code, see `tests/`.
