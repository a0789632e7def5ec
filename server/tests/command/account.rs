//! `signet account`

use crate::signet::Place;

#[test]
fn prints_ids_and_nothing_else() {
    let place = Place::new();
    let given = "0a".repeat(16);
    let created = place.run(&["account", "create", "--name", "Meridian Retail", "--id", &given]);
    assert_eq!((created.code, created.stdout, created.stderr), (Some(0), format!("{given}\n"), String::new()));
    let random = place.run(&["account", "create", "--name", " Borealis "]);
    assert_eq!((random.code, random.stderr.as_str()), (Some(0), ""));
    let id = random.stdout.trim_end().to_owned();
    assert!(id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{id}");

    let listed = place.run(&["account", "list"]);
    assert_eq!(listed.stdout, format!("{id}\tBorealis\n{given}\tMeridian Retail\n"));
    assert_eq!((listed.code, listed.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_taken_id_is_1_and_what_is_no_id_or_name_is_2() {
    let place = Place::new();
    let id = "0a".repeat(16);
    assert_eq!(place.run(&["account", "create", "--name", "Meridian", "--id", &id]).code, Some(0));
    let taken = place.run(&["account", "create", "--name", "Borealis", "--id", &id]);
    assert_eq!((taken.code, taken.stdout.as_str()), (Some(1), ""));
    assert_eq!(taken.stderr, "signet: id: This id is taken.\n");
    for arguments in [
        &["account"][..],
        &["account", "create"],
        &["account", "create", "--name", " "],
        &["account", "create", "--name", "x", "--id", "0A"],
        &["account", "list", "extra"],
    ] {
        let refused = place.run(arguments);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert_ne!(refused.stderr, "", "{arguments:?}");
    }
    assert_eq!(place.run(&["account", "list"]).stdout, format!("{id}\tMeridian\n"));
}
