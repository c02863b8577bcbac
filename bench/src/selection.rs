//! Which kernels a program measures.

use hashkit_chain::Algorithm;
use hashkit_kernels::{KernelSpec, catalogue};

/// A word that chooses nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no kernel here is called {0:?}: write one as hashkit devices -v does, the name of an algorithm, or all")]
pub struct UnknownKernel(String);

/// The kernels that the words behind `cargo bench ... --` name; what begins with a dash is for others.
///
/// # Errors
/// [`UnknownKernel`], the first of them.
pub fn from_arguments() -> Result<Vec<(Algorithm, KernelSpec)>, UnknownKernel> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    named(&words)
}

/// The kernels that have one of these names, are of one of these algorithms, or all of them for the word `all`; without words
/// the last of each algorithm, which should be the fastest.
fn named(words: &[String]) -> Result<Vec<(Algorithm, KernelSpec)>, UnknownKernel> {
    let of = |algorithm: Algorithm| catalogue(algorithm).into_iter().map(move |spec| (algorithm, spec));
    if words.is_empty() {
        return Ok(Algorithm::ALL.iter().filter_map(|algorithm| of(*algorithm).last()).collect());
    }
    let all: Vec<_> = Algorithm::ALL.iter().flat_map(|algorithm| of(*algorithm)).collect();
    let chooses = |word: &str, (algorithm, spec): &(Algorithm, KernelSpec)| {
        word == "all" || word == spec.name() || word == algorithm.name()
    };
    if let Some(unknown) = words.iter().find(|word| !all.iter().any(|kernel| chooses(word, kernel))) {
        return Err(UnknownKernel(unknown.clone()));
    }
    Ok(all.into_iter().filter(|kernel| words.iter().any(|word| chooses(word, kernel))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_kernels_algorithms_or_all() {
        let names = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            named(&words).map(|found| found.iter().map(|(_, spec)| spec.name().to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(names(&["scrypt/portable"]), Ok(vec!["scrypt/portable".to_owned()]));
        let of_scrypt = names(&["scrypt"]).expect("there is a portable one");
        assert_eq!(of_scrypt.len(), catalogue(Algorithm::Scrypt).len());
        assert_eq!(names(&["scrypt", "scrypt/portable"]), Ok(of_scrypt.clone()), "none of them twice");
        let fastest = names(&[]).expect("each has one");
        assert_eq!(fastest.len(), Algorithm::ALL.len());
        assert!(fastest.contains(of_scrypt.last().expect("as above")), "{fastest:?}");
        assert!(names(&["all"]).is_ok_and(|all| all.len() >= fastest.len() && all.contains(&of_scrypt[0])));
        assert_eq!(names(&["all", "abacus"]), Err(UnknownKernel("abacus".to_owned())));
    }
}
