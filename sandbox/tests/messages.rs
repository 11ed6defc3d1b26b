//! Messages: limits, permissions, mentions, nonces, threads, pins, crossposts, rate limits.

use reqwest::Method;
use sandbox::world::demo;
use sandbox::{Options, Sandbox, permissions as p};
use serde_json::{Value, json};

use crate::support::{Rest, StillClock, start};

fn announcement() -> Value {
    let mention = format!("@everyone <@&{}> <@{}>", demo::ANNOUNCE_ROLE, demo::MEMBER);
    json!({"content": mention})
}

#[tokio::test]
async fn the_same_nonce_within_the_window_makes_one_message() {
    let clock = StillClock::new();
    let sandbox = Sandbox::start(clock.options()).await.unwrap();
    let rest = Rest::of(&sandbox);
    let body = json!({"content": "Once", "nonce": "n-1", "enforce_nonce": true});
    let first = rest.say(demo::GENERAL, body.clone()).await;
    clock.advance(179);
    let second = rest.say(demo::GENERAL, body.clone()).await;
    assert_eq!((second.status, &second.json["id"]), (200, &first.json["id"]));
    assert_ne!(rest.say(demo::GRANTS, body.clone()).await.json["id"], first.json["id"]);
    clock.advance(2);
    assert_ne!(rest.say(demo::GENERAL, body).await.json["id"], first.json["id"]);
    let unenforced = json!({"content": "Once", "nonce": "n-1"});
    assert_eq!(rest.say(demo::GENERAL, unenforced).await.status, 200);
    assert_eq!(sandbox.person(demo::MEMBER).messages(demo::GENERAL).await.unwrap().len(), 3);
}

#[tokio::test]
async fn what_discord_would_refuse_is_refused_with_its_codes() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let code = |reply: crate::support::Reply| (reply.status, reply.json["code"].as_u64().unwrap());
    assert_eq!(code(rest.say(demo::GENERAL, json!({"content": "x".repeat(2001)})).await), (400, 50035));
    assert_eq!(code(rest.say(demo::GENERAL, json!({"content": " \n "})).await), (400, 50006));
    assert_eq!(code(rest.say(7, json!({"content": "x"})).await), (404, 10003));
    assert_eq!(code(rest.get("/guilds/7").await), (404, 10004));
    assert_eq!(code(rest.get("/nowhere").await), (404, 0));
    let missing = format!("/channels/{}/messages/7", demo::GENERAL);
    assert_eq!(code(rest.patch(&missing, json!({"content": "x"})).await), (404, 10008));
    assert_eq!(code(rest.delete(&missing).await), (404, 10008));
    let error = rest.say(demo::GENERAL, json!({"content": "x".repeat(2001)})).await.json;
    assert_eq!(error["errors"]["content"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
}

#[tokio::test]
async fn overwrites_decide_what_the_bot_may_do() {
    let sandbox = start().await;
    let (rest, control) = (Rest::of(&sandbox), sandbox.client());
    let embed = json!({"content": "Text", "embeds": [{"title": "Title"}]});
    control.set_permissions(demo::GENERAL, demo::BOT_ROLE, 0, p::EMBED_LINKS).await.unwrap();
    let reply = rest.say(demo::GENERAL, embed.clone()).await;
    assert_eq!((reply.status, &reply.json["embeds"]), (200, &json!([])));
    control.set_permissions(demo::GENERAL, demo::BOT_ROLE, 0, p::READ_MESSAGE_HISTORY).await.unwrap();
    // Everybody's role gives it back to nobody: the role's own refusal stands.
    let list = rest.get(&format!("/channels/{}/messages", demo::GENERAL)).await;
    assert_eq!((list.status, list.json), (200, json!([])));
    control.set_permissions(demo::GENERAL, demo::BOT_ROLE, 0, p::SEND_MESSAGES).await.unwrap();
    assert_eq!(rest.say(demo::GENERAL, embed.clone()).await.json["code"], 50013);
    control.set_permissions(demo::GENERAL, demo::BOT_ROLE, 0, p::VIEW_CHANNEL).await.unwrap();
    assert_eq!(rest.say(demo::GENERAL, embed).await.json["code"], 50001);
}

#[tokio::test]
async fn mentions_ping_unless_they_are_not_allowed_also_when_edited() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let mut quiet = announcement();
    quiet["allowed_mentions"] = json!({"parse": []});
    let reply = rest.say(demo::GENERAL, quiet.clone()).await.json;
    let shown = async || sandbox.person(demo::MEMBER).messages(demo::GENERAL).await.unwrap().pop().unwrap();
    assert!(shown().await.pinged_nobody());
    assert_eq!((&reply["mention_everyone"], &reply["mentions"]), (&json!(false), &json!([])));
    let path = format!("/channels/{}/messages/{}", demo::GENERAL, reply["id"].as_str().unwrap());
    assert_eq!(rest.patch(&path, quiet).await.status, 200);
    assert!(shown().await.pinged_nobody());
    assert_eq!(rest.patch(&path, announcement()).await.status, 200);
    let (role, user) = (demo::ANNOUNCE_ROLE.to_string(), demo::MEMBER.to_string());
    assert_eq!(shown().await.raw["pinged"], json!({"everyone": true, "roles": [role], "users": [user]}));
    assert_eq!(shown().await.raw["mention_everyone"], true);
}

#[tokio::test]
async fn a_member_without_the_permission_pings_nobody_at_large() {
    let sandbox = start().await;
    let mia = sandbox.person(demo::MEMBER);
    let said = mia.say(demo::GENERAL, announcement()["content"].as_str().unwrap()).await.unwrap();
    assert!(said.pinged_nobody());
    assert!(mia.say(demo::ANNOUNCEMENTS, "Hello").await.is_err());
    assert!(mia.messages(demo::STAFF).await.is_err());
}

#[tokio::test]
async fn an_announcement_is_crossposted_once() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let news = rest.say(demo::ANNOUNCEMENTS, json!({"content": "News"})).await.json;
    let path =
        |channel: u64, news: &Value| format!("/channels/{channel}/messages/{}/crosspost", news["id"].as_str().unwrap());
    let first = rest.post(&path(demo::ANNOUNCEMENTS, &news), json!({})).await;
    assert_eq!((first.status, &first.json["flags"]), (200, &json!(1)));
    assert_eq!(rest.post(&path(demo::ANNOUNCEMENTS, &news), json!({})).await.json["code"], 40033);
    let chat = rest.say(demo::GENERAL, json!({"content": "Chat"})).await.json;
    assert_eq!(rest.post(&path(demo::GENERAL, &chat), json!({})).await.status, 400);
}

#[tokio::test]
async fn threads_and_pins_belong_to_messages() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let id = rest.say(demo::GENERAL, json!({"content": "Start"})).await.json["id"].as_str().unwrap().to_owned();
    let path = format!("/channels/{}/messages/{id}/threads", demo::GENERAL);
    let thread = rest.post(&path, json!({"name": "Talk"})).await;
    assert_eq!((thread.status, &thread.json["id"], &thread.json["type"]), (201, &json!(id), &json!(11)));
    assert_eq!(rest.post(&path, json!({"name": "Talk"})).await.json["code"], 160_004);
    assert_eq!(rest.say(id.parse().unwrap(), json!({"content": "Inside"})).await.status, 200);
    let pin = format!("/channels/{}/messages/pins/{id}", demo::GENERAL);
    assert_eq!(rest.put(&pin, json!({})).await.status, 204);
    let pins = rest.get(&format!("/channels/{}/messages/pins", demo::GENERAL)).await;
    assert_eq!(pins.json["items"][0]["message"]["id"], json!(id));
    let list = rest.get(&format!("/channels/{}/messages?limit=1", demo::GENERAL)).await;
    assert_eq!(list.json[0]["type"], 6, "Discord itself writes that something was pinned");
    sandbox.client().set_permissions(demo::GENERAL, demo::BOT_ROLE, 0, p::PIN_MESSAGES).await.unwrap();
    assert_eq!(rest.delete(&pin).await.json["code"], 50013);
}

#[tokio::test]
async fn a_post_of_a_forum_is_a_thread_whose_first_message_has_its_id() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let path = format!("/channels/{}/threads", demo::FORUM);
    let body = json!({"name": "News", "message": {"content": "First"}, "applied_tags": [demo::NEWS_TAG.to_string()]});
    let post = rest.post(&path, body.clone()).await;
    assert_eq!((post.status, &post.json["parent_id"]), (201, &json!(demo::FORUM.to_string())));
    assert_eq!(
        (&post.json["message"]["id"], &post.json["message"]["channel_id"]),
        (&post.json["id"], &post.json["id"])
    );
    assert_eq!(post.json["applied_tags"], json!([demo::NEWS_TAG.to_string()]));
    let again = rest.post(&path, body).await;
    assert_ne!(again.json["id"], post.json["id"], "a post has no nonce");
    assert_eq!(rest.say(demo::FORUM, json!({"content": "Bare"})).await.json["code"], 50024);
    assert_eq!(rest.get(&format!("/channels/{}/messages", demo::FORUM)).await.json["code"], 50024);
    let id: u64 = post.json["id"].as_str().unwrap().parse().unwrap();
    rest.say(id, json!({"content": "A reply"})).await;
    assert_eq!(rest.get(&format!("/channels/{id}")).await.json["message_count"], 1);
}

#[tokio::test]
async fn a_forum_that_wants_a_tag_takes_none_without() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    sandbox.client().change_channel(demo::FORUM, &json!({"requires_tag": true})).await.unwrap();
    let path = format!("/channels/{}/threads", demo::FORUM);
    let body = |tags: Value| json!({"name": "News", "message": {"content": "First"}, "applied_tags": tags});
    assert_eq!(rest.post(&path, body(json!([]))).await.json["code"], 40067);
    assert_eq!(rest.post(&path, body(json!(["7"]))).await.json["code"], 50035);
    assert_eq!(rest.post(&path, body(json!([demo::EVENT_TAG.to_string()]))).await.status, 201);
    let forum = rest.get(&format!("/channels/{}", demo::FORUM)).await.json;
    assert_eq!((&forum["flags"], &forum["available_tags"][0]["name"]), (&json!(16), &json!("News")));
}

#[tokio::test]
async fn an_archived_thread_is_listed_apart_and_comes_back_when_somebody_writes() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let body = json!({"name": "News", "message": {"content": "First"}});
    let id: u64 = rest.post(&format!("/channels/{}/threads", demo::FORUM), body).await.json["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let archived = format!("/channels/{}/threads/archived/public", demo::FORUM);
    let active = format!("/guilds/{}/threads/active", demo::GUILD);
    let listed = async |path: &str| rest.get(path).await.json["threads"].as_array().unwrap().len();
    assert_eq!((listed(&active).await, listed(&archived).await), (1, 0));
    let client = sandbox.client();
    client.change_channel(id, &json!({"archived": true})).await.unwrap();
    assert_eq!((listed(&active).await, listed(&archived).await), (0, 1));
    let message = format!("/channels/{id}/messages/{id}");
    assert_eq!(rest.patch(&message, json!({"content": "Changed"})).await.json["code"], 50083);
    rest.say(id, json!({"content": "Wake up"})).await;
    assert_eq!((listed(&active).await, listed(&archived).await), (1, 0));
    assert_eq!(rest.patch(&message, json!({"content": "Changed"})).await.status, 200);
    client.change_channel(id, &json!({"archived": true, "locked": true})).await.unwrap();
    assert_eq!(rest.say(id, json!({"content": "Locked"})).await.json["code"], 160_005);
    let wake = json!({"archived": false});
    assert_eq!(rest.patch(&format!("/channels/{id}"), wake.clone()).await.status, 200, "it is the bot's own");
    assert_eq!(rest.delete(&format!("/channels/{id}")).await.json["code"], 50013);
    client.set_permissions(demo::FORUM, demo::BOT_ROLE, p::MANAGE_THREADS, 0).await.unwrap();
    assert_eq!(rest.delete(&format!("/channels/{id}")).await.status, 200);
    assert_eq!(rest.get(&format!("/channels/{id}")).await.json["code"], 10003);
}

#[tokio::test]
async fn one_post_of_a_forum_can_be_pinned_by_whoever_manages_threads() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let mut posts = Vec::new();
    for name in ["One", "Two"] {
        let body = json!({"name": name, "message": {"content": name}});
        let post = rest.post(&format!("/channels/{}/threads", demo::FORUM), body).await;
        posts.push(format!("/channels/{}", post.json["id"].as_str().unwrap()));
    }
    let pinned = json!({"flags": 2});
    assert_eq!(rest.patch(&posts[0], pinned.clone()).await.json["code"], 50013);
    sandbox.client().set_permissions(demo::FORUM, demo::BOT_ROLE, p::MANAGE_THREADS, 0).await.unwrap();
    assert_eq!(rest.patch(&posts[0], pinned.clone()).await.json["flags"], 2);
    assert_eq!(rest.patch(&posts[1], pinned).await.json["code"], 30047);
}

#[tokio::test]
async fn history_is_paged_newest_first() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(
            rest.say(demo::GENERAL, json!({"content": n.to_string()})).await.json["id"].as_str().unwrap().to_owned(),
        );
    }
    let contents = async |query: String| -> Vec<String> {
        let list = rest.get(&format!("/channels/{}/messages?{query}", demo::GENERAL)).await.json;
        list.as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(contents("limit=2".into()).await, ["4", "3"]);
    assert_eq!(contents(format!("limit=2&before={}", ids[3])).await, ["2", "1"]);
    assert_eq!(contents(format!("limit=2&after={}", ids[0])).await, ["2", "1"]);
    assert_eq!(contents(format!("limit=3&around={}", ids[2])).await, ["3", "2", "1"]);
    assert_eq!(rest.get(&format!("/channels/{}/messages?limit=101", demo::GENERAL)).await.status, 400);
}

#[tokio::test]
async fn a_direct_message_is_refused_when_they_are_closed() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let channel = rest.post("/users/@me/channels", json!({"recipient_id": demo::MEMBER.to_string()})).await.json;
    let again = rest.post("/users/@me/channels", json!({"recipient_id": demo::MEMBER.to_string()})).await.json;
    assert_eq!(channel["id"], again["id"]);
    let channel: u64 = channel["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(rest.say(channel, json!({"content": "Hello"})).await.status, 200);
    assert_eq!(sandbox.person(demo::MEMBER).messages(channel).await.unwrap().len(), 1);
    assert!(sandbox.person(demo::OTHER_MEMBER).messages(channel).await.is_err());
    sandbox.client().change_member(demo::MEMBER, &json!({"dms_open": false})).await.unwrap();
    assert_eq!(rest.say(channel, json!({"content": "Hello"})).await.json["code"], 50007);
}

#[tokio::test]
async fn files_come_with_a_message_and_can_be_fetched() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let body = json!({"content": "Chart", "attachments": [{"id": 0, "description": "A chart"}]});
    let path = format!("/channels/{}/messages", demo::GENERAL);
    let reply = rest.upload(Method::POST, &path, body, ("chart.png", "image/png", "not really a picture")).await;
    assert_eq!(reply.status, 200);
    let message = reply.json;
    assert_eq!((&message["content"], &message["attachments"][0]["filename"]), (&json!("Chart"), &json!("chart.png")));
    let url = message["attachments"][0]["url"].as_str().unwrap();
    assert_eq!(reqwest::get(url).await.unwrap().bytes().await.unwrap().as_ref(), b"not really a picture");
}

#[tokio::test]
async fn a_channel_takes_five_messages_in_five_seconds() {
    let clock = StillClock::new();
    let sandbox = Sandbox::start(Options { rate_limits: true, ..clock.options() }).await.unwrap();
    let rest = Rest::of(&sandbox);
    for left in ["4", "3", "2", "1", "0"] {
        let reply = rest.say(demo::GENERAL, json!({"content": "x"})).await;
        assert_eq!((reply.status, reply.headers["x-ratelimit-remaining"].to_str().unwrap()), (200, left));
        assert_eq!(reply.headers["x-ratelimit-limit"], "5");
    }
    let reply = rest.say(demo::GENERAL, json!({"content": "x"})).await;
    assert_eq!((reply.status, &reply.json["retry_after"], &reply.json["global"]), (429, &json!(5.0), &json!(false)));
    assert_eq!(reply.headers["retry-after"], "5");
    clock.advance(5);
    assert_eq!(rest.say(demo::GENERAL, json!({"content": "x"})).await.status, 200);
}

#[tokio::test]
async fn the_channel_is_locked_and_unlocked_without_losing_unknown_bits() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let path = format!("/channels/{}/permissions/{}", demo::GENERAL, demo::GUILD);
    let unknown = 1_u64 << 62;
    sandbox.client().set_permissions(demo::GENERAL, demo::GUILD, unknown, p::SEND_MESSAGES).await.unwrap();
    let lock = json!({"type": 0, "allow": (unknown | p::SEND_MESSAGES).to_string(), "deny": "0"});
    assert_eq!(rest.put(&path, lock).await.status, 204);
    let channel = rest.get(&format!("/channels/{}", demo::GENERAL)).await.json;
    let allow = (unknown | p::SEND_MESSAGES).to_string();
    assert_eq!(channel["permission_overwrites"][0]["allow"], json!(allow));
    let too_much = json!({"type": 0, "allow": (1_u64 << 61).to_string(), "deny": "0"});
    assert_eq!(rest.put(&path, too_much).await.json["code"], 50013);
    assert_eq!(rest.delete(&path).await.status, 204);
    assert_eq!(rest.delete(&path).await.json["code"], 10009);
}

#[tokio::test]
async fn an_outside_event_needs_an_end_and_a_place() {
    let clock = StillClock::new();
    let sandbox = Sandbox::start(clock.options()).await.unwrap();
    let rest = Rest::of(&sandbox);
    let path = format!("/guilds/{}/scheduled-events", demo::GUILD);
    let at = |hours: i64| (clock.now() + chrono::Duration::hours(hours)).to_rfc3339();
    let mut event = json!({"name": "Office hour", "privacy_level": 2, "entity_type": 3, "scheduled_start_time": at(1)});
    assert_eq!(rest.post(&path, event.clone()).await.status, 400);
    event["scheduled_end_time"] = json!(at(2));
    event["entity_metadata"] = json!({"location": "#psf-board"});
    let created = rest.post(&path, event.clone()).await;
    assert_eq!((created.status, &created.json["status"]), (200, &json!(1)));
    event["scheduled_start_time"] = json!(at(-1));
    assert_eq!(rest.post(&path, event).await.status, 400);
    let one = format!("{path}/{}", created.json["id"].as_str().unwrap());
    assert_eq!(rest.patch(&one, json!({"status": 3})).await.status, 400);
    assert_eq!(rest.patch(&one, json!({"name": "Moved", "scheduled_end_time": at(3)})).await.json["name"], "Moved");
    assert_eq!(rest.delete(&one).await.status, 204);
    assert_eq!(rest.get(&one).await.json["code"], 10070);
}
