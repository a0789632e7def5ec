use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;
use crate::clock::SystemRandomness;

#[test]
fn writes_what_it_reads_and_lets_nobody_else_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    assert!(read(&path).unwrap().is_none());
    assert_eq!(create(&path, &SystemRandomness).unwrap(), Created::New);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
    let keys = read(&path).unwrap().unwrap();
    assert_eq!(keys.keys().copied().collect::<Vec<_>>(), [1]);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text, format!("1:{}\n", STANDARD.encode(keys[&1].expose())));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    create(&path, &SystemRandomness).unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(create(&path, &SystemRandomness).unwrap(), Created::Already);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn appends_a_version_and_leaves_the_others_as_they_are() {
    let first = format!("1:{}\r\n\n  12:{}", STANDARD.encode([7; 32]), STANDARD.encode([8; 32]));
    let (folder, path) = written(&first);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(append(&path, &SystemRandomness).unwrap(), 13);
    assert_eq!(append(&path, &SystemRandomness).unwrap(), 14);
    let keys = read(&path).unwrap().unwrap();
    assert_eq!(keys.keys().copied().collect::<Vec<_>>(), [1, 12, 13, 14]);
    assert_ne!(keys[&13].expose(), keys[&14].expose());
    assert!(fs::read_to_string(&path).unwrap().starts_with(&(first + "\n13:")));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn appends_to_what_a_link_leads_to() {
    let (folder, path) = written(&format!("1:{}\n", STANDARD.encode([7; 32])));
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    assert_eq!(append(&link, &SystemRandomness).unwrap(), 2);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(read(&path).unwrap().unwrap().len(), 2);
}

#[test]
fn appends_nothing_to_a_file_that_it_would_not_take() {
    let good = format!("1:{}\n", STANDARD.encode([7; 32]));
    for (text, mode) in [("", 0o600), ("nonsense", 0o600), (good.as_str(), 0o644), (&good.repeat(2), 0o600)] {
        let (folder, path) = written(text);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(append(&path, &SystemRandomness).is_err(), "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
    assert!(append(Path::new("/nowhere/master.key"), &SystemRandomness).is_err());
}

#[test]
fn no_version_is_lost_when_several_append_at_once() {
    let (_folder, path) = written(&format!("1:{}\n", STANDARD.encode([7; 32])));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || append(&path, &SystemRandomness).unwrap())
        })
        .collect();
    let mut versions: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    versions.sort_unstable();
    assert_eq!(versions, (2..=9).collect::<Vec<_>>());
    assert_eq!(read(&path).unwrap().unwrap().len(), 9);
}

#[test]
fn is_refused_when_others_can_get_at_it() {
    let (_folder, path) = written("");
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o666, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = read(&path).unwrap_err();
        assert!(matches!(error, Error::OpenToOthers { mode: found, .. } if found == mode), "{error}");
        assert_eq!(
            error.to_string(),
            format!(
                "the master key file {0} is open to group or others (mode {mode:04o}): chmod 600 {0}",
                path.display()
            )
        );
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(matches!(read(&path), Err(Error::Empty { .. })), "mode {mode:o} is let through");
    }
}

#[test]
fn is_refused_when_it_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(read(folder.path()), Err(Error::NotAFile { .. })));

    let dangling = folder.path().join("dangling");
    symlink(folder.path().join("nothing"), &dangling).unwrap();
    assert!(matches!(read(&dangling), Err(Error::Io { .. })), "a link to nothing is no missing file");
    assert_eq!(create(&dangling, &SystemRandomness).unwrap(), Created::Already, "and no place for a new one");
}

#[test]
fn a_link_is_as_good_as_what_it_leads_to() {
    let (folder, path) = written(&format!("1:{}\n", STANDARD.encode([7; 32])));
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    assert_eq!(read(&link).unwrap().unwrap().len(), 1);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(read(&link), Err(Error::OpenToOthers { .. })));
}

#[test]
fn holds_one_line_for_each_version() {
    let (_folder, path) = written(&format!("1:{}\r\n\n  12:{}", STANDARD.encode([7; 32]), STANDARD.encode([8; 32])));
    let keys = read(&path).unwrap().unwrap();
    assert_eq!(keys.keys().copied().collect::<Vec<_>>(), [1, 12]);
    assert_eq!(keys[&12].expose(), [8; 32]);
}

#[test]
fn says_the_line_and_never_what_stands_there() {
    let good = STANDARD.encode([7; 32]);
    let shape = "expected NUMBER:BASE64, a number from 1 and 32 random bytes in base64";
    let cases = [
        (good.clone(), 1, shape),
        (format!("0:{good}"), 1, shape),
        (format!("01:{good}"), 1, shape),
        (format!("-1:{good}"), 1, shape),
        (format!("+1:{good}"), 1, shape),
        (format!(":{good}"), 1, shape),
        (format!("1 :{good}"), 1, shape),
        (format!("99999999999999999999:{good}"), 1, shape),
        (format!("1:{good}\n1:{good}"), 2, "this number stands in an earlier line already"),
        (format!("1:{good}\n\n2:{}", STANDARD.encode([8; 31])), 3, "the key has not exactly 32 bytes"),
        (format!("1:{}", STANDARD.encode([8; 33])), 1, "the key has not exactly 32 bytes"),
        (format!("1:{}", STANDARD.encode([8; 100])), 1, "the key has more than 32 bytes"),
        ("1:".to_owned(), 1, "the key has not exactly 32 bytes"),
        (format!("1:{}", good.trim_end_matches('=')), 1, "the key is not base64 (standard alphabet, with padding)"),
        (format!("1: {good}"), 1, "the key is not base64 (standard alphabet, with padding)"),
        (format!("1:{good} comment"), 1, "the key is not base64 (standard alphabet, with padding)"),
    ];
    for (text, line, problem) in cases {
        let (_folder, path) = written(&text);
        let error = read(&path).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the master key file {}, line {line}: {problem}", path.display()),
            "{text}"
        );
        assert!(!format!("{error:?}").contains(&good[4..12]));
    }
    let (_folder, path) = written(&"\n".repeat(70_000));
    assert!(matches!(read(&path), Err(Error::TooLarge { .. })));
}

fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    (folder, path)
}
