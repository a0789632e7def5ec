//! API tokens in the store.

use app::service::Scope;
use server::store::{Error, Store, Token};

use crate::records::{account_id, at};

/// A token of account 1.
fn token(number: u32) -> Token {
    Token {
        id: format!("{number:032x}"),
        account_id: account_id(1),
        name: format!("Skript {number} – für Łódź"),
        beginning: "sgn_7kq2".to_owned(),
        secret_hash: [u8::try_from(number).unwrap(); 32],
        scopes: vec![Scope::ReadApiNodes, Scope::WriteCertificates],
        created_at: at(i64::from(number)),
        created_by: "Person 1".to_owned(),
        expires_at: (number == 2).then(|| at(1_000)),
        used_at: None,
        revoked_at: None,
    }
}

/// Part of the story: account 1 and another one are there.
pub async fn tokens_come_and_go(store: &dyn Store) {
    let mut transaction = store.begin().await.unwrap();
    for number in [1, 2, 3] {
        transaction.insert_token(&token(number)).await.unwrap();
    }
    assert_eq!(transaction.count_tokens(&account_id(1)).await.unwrap(), 3);
    assert_eq!(transaction.count_tokens(&account_id(2)).await.unwrap(), 0);
    transaction.commit().await.unwrap();
    assert_eq!(store.tokens(&account_id(1)).await.unwrap(), [token(3), token(2), token(1)], "the newest first");
    assert_eq!(store.tokens(&account_id(2)).await.unwrap(), []);
    assert_eq!(store.token_by_secret(&[2; 32]).await.unwrap(), Some(token(2)));
    assert_eq!(store.token_by_secret(&[9; 32]).await.unwrap(), None);
    assert_eq!(store.token_by_id(&token(1).id).await.unwrap(), Some(token(1)));
    assert_eq!(store.token_by_id("").await.unwrap(), None);

    let mut transaction = store.begin().await.unwrap();
    let same = Token { id: token(4).id, ..token(1) };
    let refused = transaction.insert_token(&same).await;
    assert!(matches!(refused, Err(Error::Taken { constraint: "tokens_secret_hash_key" })), "{refused:?}");
    drop(transaction);

    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.lock_token(&account_id(2), &token(1).id).await.unwrap(), None, "of another account");
    assert_eq!(transaction.lock_token(&account_id(1), &token(1).id).await.unwrap(), Some(token(1)));
    transaction.revoke_token(&token(1).id, at(50)).await.unwrap();
    assert_eq!(transaction.count_tokens(&account_id(1)).await.unwrap(), 2, "without those that are revoked");
    for (seconds, noted) in [(60, 60), (120, 120), (60, 120)] {
        transaction.touch_token(&token(3).id, at(seconds)).await.unwrap();
        let used_at = transaction.lock_token(&account_id(1), &token(3).id).await.unwrap().unwrap().used_at;
        assert_eq!(used_at, Some(at(noted)));
    }
    transaction.commit().await.unwrap();
    let used = Token { used_at: Some(at(120)), ..token(3) };
    assert_eq!(store.tokens(&account_id(1)).await.unwrap(), [used, token(2)]);
    let revoked = Token { revoked_at: Some(at(50)), ..token(1) };
    assert_eq!(store.token_by_secret(&[1; 32]).await.unwrap(), Some(revoked), "it is still recognised");

    let mut transaction = store.begin().await.unwrap();
    let again = transaction.revoke_token(&token(1).id, at(51)).await;
    assert!(matches!(again, Err(Error::Stale { table: "tokens" })), "{again:?}");
}
