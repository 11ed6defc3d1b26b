//! Whoever adds a column says whom it is about and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use psfbot::store::{COLUMNS, Treatment};
use sqlx::PgPool;

#[sqlx::test]
async fn every_column_of_every_table_is_on_the_list(pool: PgPool) {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.table_name::TEXT, c.column_name::TEXT FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> '_sqlx_migrations'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let there: BTreeSet<String> = rows.iter().map(|(table, column)| format!("{table}.{column}")).collect();
    let mut listed = BTreeMap::new();
    for table in COLUMNS {
        for (how, columns) in table.columns {
            for column in columns.split_whitespace() {
                let known = listed.insert(format!("{}.{column}", table.name), *how);
                assert!(known.is_none(), "{}.{column} is listed twice", table.name);
            }
        }
    }
    let missing: Vec<_> = there.iter().filter(|column| !listed.contains_key(*column)).collect();
    assert!(missing.is_empty(), "say in src/store/personal/columns.rs what export and erasure do with {missing:?}");
    // What refers to a person by its name is not about nobody.
    let personal = ["author_id", "user_id", "staff_id", "opened_by", "receipt_hash", "voter"];
    for (column, how) in listed.iter().filter(|(column, _)| there.contains(*column)) {
        let name = column.split_once('.').unwrap().1;
        let is_personal = personal.contains(&name) || name.ends_with("_by");
        assert!(!(is_personal && *how == Treatment::Nobody), "{column} refers to a person");
    }
}

#[test]
fn what_is_kept_is_explained_to_members_too() {
    let words = include_str!("../../docs/privacy.md").split_whitespace().collect::<Vec<_>>().join(" ");
    for table in COLUMNS {
        for (how, columns) in table.columns {
            if let Treatment::Kept(why) = how {
                assert!(
                    words.contains(why),
                    "docs/privacy.md does not say why {}.{columns} is kept: {why}",
                    table.name
                );
            }
        }
    }
}
