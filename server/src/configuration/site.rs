//! Where the pages' files are.

use std::path::{Path, PathBuf};

/// The pages' files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Their directory, with `pkg` in it.
    pub directory: PathBuf,
    /// The file that lists the hashes in their names, if these have any.
    pub hashes: Option<PathBuf>,
}

/// Why there would be pages without style and script. One line each.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The names of the files carry hashes, and nothing says which: put the list there.
    #[error(
        "hash.txt is missing, without which the pages in {} have neither style nor script: copy it from the build into this directory or beside the program",
        directory.display()
    )]
    HashesMissing {
        /// The site.
        directory: PathBuf,
    },
    /// The list is of another build than the files: build anew, or copy both from one build.
    #[error(
        "{} is not there, so the pages in this directory do not belong to {}: copy the directory, with its hash.txt, and the program from one build (make build)",
        missing.display(), hashes.display()
    )]
    OfAnotherBuild {
        /// The first file that is missing.
        missing: PathBuf,
        /// The list that names it.
        hashes: PathBuf,
    },
}

/// The pages' files, seen from the program's own directory. `None` if there are none anywhere: nothing was built yet.
///
/// Their names are listed in `hash.txt` beside the program or in their directory; the first of the two that fits is taken.
///
/// # Errors
/// [`Error`] if there are some, and their names are not known.
pub fn find(program_directory: &Path, configured: Option<&Path>) -> Result<Option<Site>, Error> {
    let usual = [
        // Unpacked as it was built, all in one directory.
        program_directory.join("site"),
        // `target/release/signet` and `target/site`.
        program_directory.join("../site"),
        // `/usr/local/bin/signet` and `/usr/local/share/signet/site`.
        program_directory.join("../share/signet/site"),
    ];
    let found = configured.map(Path::to_owned);
    let found = found.or_else(|| usual.into_iter().find(|candidate| candidate.join("pkg").is_dir()));
    let Some(directory) = found else { return Ok(None) };
    let directory = directory.canonicalize().unwrap_or(directory);
    let lists = [program_directory.join("hash.txt"), directory.join("hash.txt")];
    let mut other = None;
    for hashes in lists {
        let Ok(text) = std::fs::read_to_string(&hashes) else { continue };
        match first_missing(&directory, &text) {
            None => return Ok(Some(Site { directory, hashes: Some(hashes) })),
            Some(missing) => other = Some(Error::OfAnotherBuild { missing, hashes }),
        }
    }
    match first_missing(&directory, "") {
        None => Ok(Some(Site { directory, hashes: None })),
        Some(_unhashed) => Err(other.unwrap_or(Error::HashesMissing { directory })),
    }
}

/// The first file that a page asks for and that is not there. `hashes` has a line `KIND: HASH` for each kind of file with a hash in its
/// name.
fn first_missing(directory: &Path, hashes: &str) -> Option<PathBuf> {
    let lines: Vec<_> = hashes.lines().filter_map(|line| line.split_once(':')).collect();
    let files = FILES.into_iter().filter_map(|(kind, name, extension)| {
        let line = lines.iter().find(|(listed, _hash)| listed.trim() == kind);
        match line {
            Some((_kind, hash)) => Some(format!("{name}.{}.{extension}", hash.trim())),
            // A page asks for these only where the program was split.
            None if name.starts_with("__") => None,
            None => Some(format!("{name}.{extension}")),
        }
    });
    files.map(|file| directory.join("pkg").join(file)).find(|file| !file.is_file())
}

/// What a page asks for: its line in the list of hashes, and its name around the hash.
const FILES: [(&str, &str, &str); 5] = [
    ("css", "signet", "css"),
    ("js", "signet", "js"),
    ("wasm", "signet", "wasm"),
    ("split", "__wasm_split", "js"),
    ("manifest", "__wasm_split_manifest", "json"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const HASHES: &str = "js: J\nwasm: W\ncss: C\nmanifest: M\nsplit: S\n";
    const HASHED: [&str; 5] =
        ["signet.J.js", "signet.W.wasm", "signet.C.css", "__wasm_split_manifest.M.json", "__wasm_split.S.js"];

    fn write_pages(site: &Path, names: &[&str]) {
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        for name in names {
            std::fs::write(site.join("pkg").join(name), "").unwrap();
        }
    }

    #[test]
    fn layouts() {
        for (program, site) in
            [("target/release", "target/site"), ("signet", "signet/site"), ("usr/bin", "usr/share/signet/site")]
        {
            let root = tempfile::tempdir().unwrap();
            let root = root.path().canonicalize().unwrap();
            let (program, site) = (root.join(program), root.join(site));
            std::fs::create_dir_all(&program).unwrap();
            assert_eq!(find(&program, None).unwrap(), None);

            write_pages(&site, &HASHED);
            let found = find(&program, None).unwrap_err();
            assert!(matches!(found, Error::HashesMissing { .. }), "{found}");

            let list = |hashes: PathBuf| Some(Site { directory: site.clone(), hashes: Some(hashes) });
            std::fs::write(site.join("hash.txt"), HASHES).unwrap();
            assert_eq!(find(&program, None).unwrap(), list(site.join("hash.txt")), "copied together");
            std::fs::write(program.join("hash.txt"), HASHES).unwrap();
            assert_eq!(find(&program, None).unwrap(), list(program.join("hash.txt")), "as it was built");
            std::fs::write(program.join("hash.txt"), HASHES.replace('C', "D")).unwrap();
            assert_eq!(find(&program, None).unwrap(), list(site.join("hash.txt")), "beside another build");
            std::fs::remove_file(site.join("hash.txt")).unwrap();
            let found = find(&program, None).unwrap_err().to_string();
            let missing = format!("{} is not there, ", site.join("pkg/signet.D.css").display());
            assert!(found.starts_with(&missing), "{found}");
        }
    }

    #[test]
    fn names_without_hashes() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let site = root.join("elsewhere");
        write_pages(&site, &["signet.js", "signet.wasm"]);
        assert!(find(&root, Some(&site)).is_err(), "without style");
        write_pages(&site, &["signet.css"]);
        assert_eq!(find(&root, Some(&site)).unwrap(), Some(Site { directory: site, hashes: None }));
    }
}
