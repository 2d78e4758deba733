CREATE TABLE `accounts` (
	`platform` text NOT NULL,
	`tenant` text NOT NULL,
	`account` text NOT NULL,
	`person` text NOT NULL,
	`linked_at` integer NOT NULL,
	PRIMARY KEY(`platform`, `tenant`, `account`),
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `buttons` (
	`token` text PRIMARY KEY NOT NULL,
	`change` text NOT NULL,
	`verb` text NOT NULL,
	`plan` text,
	`platform` text NOT NULL,
	`chat` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `buttons_meaning` ON `buttons` (`change`,`verb`,`plan`,`platform`,`chat`);--> statement-breakpoint
CREATE TABLE `changes` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`target_key` text NOT NULL,
	`params` text NOT NULL,
	`requester` text NOT NULL,
	`platform` text NOT NULL,
	`chat` text NOT NULL,
	`worker` text NOT NULL,
	`rules` text NOT NULL,
	`undoes` text,
	`opened_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`state` text NOT NULL,
	`state_json` text NOT NULL,
	FOREIGN KEY (`requester`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `changes_id` ON `changes` (`id`);--> statement-breakpoint
CREATE INDEX `changes_state` ON `changes` (`state`,`no`);--> statement-breakpoint
CREATE INDEX `changes_target` ON `changes` (`target_key`,`no`);--> statement-breakpoint
CREATE TABLE `copies` (
	`change` text NOT NULL,
	`platform` text NOT NULL,
	`chat` text NOT NULL,
	`message` text,
	`shown` integer NOT NULL,
	`wanted` integer NOT NULL,
	`retry_at` integer NOT NULL,
	`tries` integer NOT NULL,
	`gone` integer NOT NULL,
	PRIMARY KEY(`change`, `platform`, `chat`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `copies_behind` ON `copies` (`platform`,`retry_at`);--> statement-breakpoint
CREATE TABLE `inbound` (
	`platform` text NOT NULL,
	`event` text NOT NULL,
	`intent` text NOT NULL,
	`received_at` integer NOT NULL,
	`handled` integer NOT NULL,
	PRIMARY KEY(`platform`, `event`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `inbound_open` ON `inbound` (`handled`);--> statement-breakpoint
CREATE TABLE `inbox` (
	`id` text PRIMARY KEY NOT NULL,
	`sender` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `inbox_at` ON `inbox` (`at`);--> statement-breakpoint
CREATE TABLE `inventories` (
	`site` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`inventory` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `link_codes` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`expires` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`recipient` text NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL,
	`sent_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_id_unique` ON `outbox` (`id`);--> statement-breakpoint
CREATE INDEX `outbox_waiting` ON `outbox` (`recipient`,`seq`) WHERE "outbox"."sent_at" is null;--> statement-breakpoint
CREATE INDEX `outbox_sent` ON `outbox` (`sent_at`);--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`groups` text NOT NULL,
	`locale` text NOT NULL,
	`disabled` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `plans` (
	`hash` text PRIMARY KEY NOT NULL,
	`change` text NOT NULL,
	`plan` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `rule_sets` (
	`digest` text PRIMARY KEY NOT NULL,
	`rules` text NOT NULL,
	`first_seen` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `workers` (
	`address` text PRIMARY KEY NOT NULL,
	`site` text NOT NULL,
	`node` text NOT NULL,
	`simulated` integer NOT NULL,
	`can_act` integer NOT NULL,
	`recipes` text NOT NULL,
	`seen_at` integer NOT NULL
) STRICT;
