"""The shapes the account service's database has had."""
