ALTER TABLE `changes` ADD `run_at` integer;--> statement-breakpoint
CREATE INDEX `changes_requester` ON `changes` (`requester`,`opened_at`);