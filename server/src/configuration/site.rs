//! Where the pages' files are.

use std::path::{Path, PathBuf};

/// The directory of the pages' files and, if their names carry hashes, the file that lists those, seen from the program's own
/// directory. `None` if there are no such files: nothing was built yet.
pub fn find(program_directory: &Path, configured: Option<&Path>) -> Option<(PathBuf, Option<PathBuf>)> {
    let site = match configured {
        Some(site) => site.to_owned(),
        None => [
            // Unpacked as it was built, all in one directory.
            program_directory.join("site"),
            // `target/release/signet` and `target/site`.
            program_directory.join("../site"),
            // `/usr/local/bin/signet` and `/usr/local/share/signet/site`.
            program_directory.join("../share/signet/site"),
        ]
        .into_iter()
        .find(|candidate| candidate.join("pkg").is_dir())?,
    };
    let site = site.canonicalize().ok()?;
    let hashes = [program_directory.join("hash.txt"), site.join("hash.txt")].into_iter().find(|file| file.is_file());
    Some((site, hashes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts() {
        for (program, site) in
            [("target/release", "target/site"), ("signet", "signet/site"), ("usr/bin", "usr/share/signet/site")]
        {
            let root = tempfile::tempdir().unwrap();
            let root = root.path().canonicalize().unwrap();
            let program = root.join(program);
            std::fs::create_dir_all(&program).unwrap();
            assert_eq!(find(&program, None), None);

            std::fs::create_dir_all(root.join(site).join("pkg")).unwrap();
            assert_eq!(find(&program, None), Some((root.join(site), None)));

            std::fs::write(program.join("hash.txt"), "").unwrap();
            assert_eq!(find(&program, None), Some((root.join(site), Some(program.join("hash.txt")))));
        }
    }
}
