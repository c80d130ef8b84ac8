namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// The statements of the queue. Times are milliseconds since 1970. `seq` is a message's place; a message is locked while
/// `locked_until` is ahead, and dead once `dead_at` is set.
/// </summary>
internal static class MessageSql
{
    public const string Schema =
        """
        CREATE TABLE IF NOT EXISTS messages (
            seq          INTEGER PRIMARY KEY AUTOINCREMENT,
            queue        TEXT NOT NULL,
            id           TEXT NOT NULL,
            ordering_key TEXT NOT NULL,
            body         TEXT NOT NULL,
            not_before   INTEGER NOT NULL,
            attempts     INTEGER NOT NULL DEFAULT 0,
            locked_until INTEGER NOT NULL DEFAULT 0,
            receipt      TEXT,
            error        TEXT,
            dead_at      INTEGER
        );
        CREATE INDEX IF NOT EXISTS by_key ON messages (queue, ordering_key, seq) WHERE dead_at IS NULL;
        CREATE INDEX IF NOT EXISTS by_id ON messages (queue, id);
        """;

    public const string Send =
        """
        INSERT INTO messages (queue, id, ordering_key, body, not_before)
        SELECT @queue, @id, @key, @body, @not_before WHERE NOT EXISTS (
            SELECT 1 FROM messages WHERE queue = @queue AND id = @id AND dead_at IS NULL AND locked_until <= @now);
        """;

    /// <summary>
    /// Buries what was handed out too often and never settled, then hands out the first message that is due and not behind
    /// another of its key. One that is not due yet holds nobody up unless it was tried before: then it keeps its place.
    /// </summary>
    public const string Receive =
        """
        UPDATE messages SET dead_at = @now, receipt = NULL, error = coalesce(error, 'never settled: its handler died or was too slow')
        WHERE queue = @queue AND dead_at IS NULL AND locked_until <= @now AND attempts >= @max;

        UPDATE messages SET attempts = attempts + 1, locked_until = @until, receipt = seq || '.' || (attempts + 1)
        WHERE seq = (
            SELECT seq FROM messages AS m
            WHERE queue = @queue AND dead_at IS NULL AND locked_until <= @now AND not_before <= @now AND NOT EXISTS (
                SELECT 1 FROM messages AS other
                WHERE other.queue = m.queue AND other.ordering_key = m.ordering_key AND other.dead_at IS NULL AND (
                    other.locked_until > @now
                    OR other.seq < m.seq AND (other.attempts > 0 OR other.not_before <= @now)))
            ORDER BY seq LIMIT 1)
        RETURNING queue, id, ordering_key, body, attempts, receipt;
        """;

    public const string Complete = "DELETE FROM messages " + WhereHeld;

    public const string Renew = "UPDATE messages SET locked_until = @until " + WhereHeld;

    public const string Abandon =
        """
        UPDATE messages SET locked_until = 0, receipt = NULL, error = @error, not_before = @not_before,
            dead_at = CASE WHEN attempts >= @max THEN @now END
        """ + " " + WhereHeld;

    public const string ReleaseAll =
        "UPDATE messages SET locked_until = 0, receipt = NULL WHERE dead_at IS NULL AND receipt IS NOT NULL";

    public const string Count = "SELECT count(*) FROM messages WHERE queue = @queue AND dead_at IS NULL";

    public const string PeekDeadLetters =
        """
        SELECT queue, id, ordering_key, body, attempts, error, dead_at FROM messages
        WHERE queue = @queue AND dead_at IS NOT NULL ORDER BY dead_at, seq LIMIT @count
        """;

    /// <summary>Sends the oldest dead letter of an id anew, unless a message of that id waits already, and removes it.</summary>
    public const string Resend =
        """
        INSERT INTO messages (queue, id, ordering_key, body, not_before)
        SELECT queue, id, ordering_key, body, @now FROM messages AS dead
        WHERE seq = (SELECT min(seq) FROM messages WHERE queue = @queue AND id = @id AND dead_at IS NOT NULL) AND NOT EXISTS (
            SELECT 1 FROM messages WHERE queue = @queue AND id = @id AND dead_at IS NULL AND locked_until <= @now);

        DELETE FROM messages
        WHERE seq = (SELECT min(seq) FROM messages WHERE queue = @queue AND id = @id AND dead_at IS NOT NULL);
        """;

    private const string WhereHeld = "WHERE queue = @queue AND receipt = @receipt AND locked_until > @now AND dead_at IS NULL";
}
