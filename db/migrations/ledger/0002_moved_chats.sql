CREATE TABLE `moved_chats` (
	`platform` text NOT NULL,
	`chat` text NOT NULL,
	`moved_to` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`platform`, `chat`)
) STRICT;
