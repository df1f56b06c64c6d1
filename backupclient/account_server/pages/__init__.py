"""The web pages: sign in, let a computer in, see plan, storage and computers, buy, cancel.

Plain HTML that needs no script; what they say stands in `templates/`. They ask the same functions
as the endpoints for computers, and know a person by a session's cookie. Every form carries a token
that other sites cannot know.
"""
