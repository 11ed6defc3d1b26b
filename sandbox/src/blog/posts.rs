//! The texts of the sample posts.

use chrono::{DateTime, TimeDelta};

use super::SampleBlog;

/// The picture in one of the posts.
pub(super) const IMAGE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 320\" width=\"640\" \
    height=\"320\" role=\"img\" aria-label=\"Sample picture: two rows of seats before a stage\"><rect width=\"640\" \
    height=\"320\" fill=\"#306998\"/><rect x=\"120\" y=\"40\" width=\"400\" height=\"90\" rx=\"8\" fill=\"#ffd43b\"/>\
    <g fill=\"#fff\"><circle cx=\"140\" cy=\"200\" r=\"22\"/><circle cx=\"230\" cy=\"200\" r=\"22\"/><circle cx=\"320\" \
    cy=\"200\" r=\"22\"/><circle cx=\"410\" cy=\"200\" r=\"22\"/><circle cx=\"500\" cy=\"200\" r=\"22\"/><circle \
    cx=\"185\" cy=\"260\" r=\"22\"/><circle cx=\"275\" cy=\"260\" r=\"22\"/><circle cx=\"365\" cy=\"260\" r=\"22\"/>\
    <circle cx=\"455\" cy=\"260\" r=\"22\"/></g></svg>";

/// Title, author, HTML, summary; oldest first.
const POSTS: [(&str, &str, &str, &str); 6] = [
    (
        "Sample post: welcome to the sandbox blog",
        "Sample Staff",
        "<p>This blog exists so that a bot has something to read. Its people, events and numbers are made up.</p>\
         <p>Publish a post of your own on the page beside it and watch what happens in <strong>#psf-blog</strong>.</p>",
        "This blog exists so that a bot has something to read. Its people, events and numbers are made up.",
    ),
    (
        "Sample post: how our imaginary office hours work",
        "Bo Board",
        "<p>Once a month somebody from our imaginary board sits down in a channel and answers questions.</p>\
         <ul><li>Bring a question, or send it beforehand.</li><li>No question is too small.</li>\
         <li>Notes are posted afterwards.</li></ul>",
        "Once a month somebody from our imaginary board sits down in a channel and answers questions.",
    ),
    (
        "Sample post: a picture of last week's pretend meetup",
        "Mia Member",
        "<p>Forty pretend people met in a pretend hall. Here is where they sat:</p>\
         <p><img src=\"{url}/blog/images/sample.svg\" alt=\"Two rows of seats before a stage\" width=\"640\" height=\"320\"></p>\
         <p>The next one will be bigger, as pretend things usually are.</p>",
        "Forty pretend people met in a pretend hall. Here is where they sat.",
    ),
    (
        "Sample post: 🐍 snakes & ladders, <em> tags and other markup 🎉",
        "Noor Newcomer",
        "<p>Titles can hold emoji 🐍, ampersands &amp; angle brackets. Texts can hold <code>&lt;code&gt;</code>, \
         <a href=\"https://example.org/?a=1&amp;b=2\">links</a>, <em>stress</em> and words such as @everyone, which must \
         not ring anybody's phone.</p><blockquote><p>日本語も少し。Et un peu de français.</p></blockquote>",
        "Titles can hold emoji, ampersands and angle brackets; texts can hold more.",
    ),
    (
        "Sample post: what we spent nothing on this quarter",
        "Gia Grants",
        "<p>Our imaginary fund gave away exactly zero imaginary coins, in good order:</p>\
         <ol><li>Workshops: 0</li><li>Meetups: 0</li><li>Conferences: 0</li></ol>\
         <p>The books are balanced and always will be.</p>",
        "Our imaginary fund gave away exactly zero imaginary coins, in good order.",
    ),
    (
        "Sample post: help us test the form",
        "Olive Owner",
        "<p>Type <code>/feedback</code> in any channel, write two lines and send them. Then switch to a staff account \
         and see where they went.</p><h2>Why a form?</h2><p>Because what is written down can be answered.</p>",
        "Type /feedback in any channel, write two lines and send them. Then see where they went.",
    ),
];

/// The first of November 2026, 09:00 UTC.
const FIRST: i64 = 1_793_523_600;

/// The sample posts, three days apart.
pub(super) fn demo() -> SampleBlog {
    let mut blog = SampleBlog::empty();
    let mut at = DateTime::from_timestamp(FIRST, 0).unwrap_or_default();
    for (title, author, html, summary) in POSTS {
        blog.publish_html(at, title, html, summary, author);
        at += TimeDelta::days(3);
    }
    blog
}
