using Microsoft.Data.Sqlite;

namespace LlmOps.LocalHost.Adapters;

/// <summary>A SQLite file that is on the disk when a statement has returned: one connection, one statement at a time.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SemaphoreSlim turn = new(1);

    public SqliteFile(string path, string schema)
    {
        string fullPath = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(fullPath)!);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = fullPath, Pooling = false }.ToString());
        connection.Open();
        // The time-out comes first: another process may hold the file while this one turns to WAL.
        using SqliteCommand setup = Command("PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + schema, []);
        setup.ExecuteNonQuery();
    }

    /// <summary>Runs statements in one transaction and returns how many rows they changed.</summary>
    public Task<int> Change(string sql, CancellationToken cancellation, params (string Name, object Value)[] values) =>
        Run(sql, values, command => command.ExecuteNonQuery(), cancellation);

    /// <summary>Runs statements in one transaction and returns the rows of the one that has some.</summary>
    public Task<IReadOnlyList<T>> Rows<T>(
        string sql, Func<SqliteDataReader, T> read, CancellationToken cancellation, params (string Name, object Value)[] values) =>
        Run<IReadOnlyList<T>>(sql, values, command => ReadAll(command, read), cancellation);

    public void Dispose()
    {
        connection.Dispose();
        turn.Dispose();
    }

    private async Task<T> Run<T>(
        string sql, (string Name, object Value)[] values, Func<SqliteCommand, T> run, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            using SqliteCommand command = Command(sql, values);
            command.Transaction = transaction;
            T result = run(command);
            transaction.Commit();
            return result;
        }
        finally
        {
            turn.Release();
        }
    }

    private static List<T> ReadAll<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        List<T> rows = [];
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }
        return rows;
    }

    private SqliteCommand Command(string sql, (string Name, object Value)[] values)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements are constants of this assembly; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object? value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }
        return command;
    }
}
