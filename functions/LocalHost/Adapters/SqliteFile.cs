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
    public async Task<int> Change(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            using SqliteCommand command = Command(sql, values);
            command.Transaction = transaction;
            int changed = command.ExecuteNonQuery();
            transaction.Commit();
            return changed;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Runs statements in one transaction and returns the rows of the one that has some.</summary>
    public async Task<IReadOnlyList<T>> Rows<T>(
        string sql, Func<SqliteDataReader, T> read, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            List<T> rows = [];
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            using SqliteCommand command = Command(sql, values);
            command.Transaction = transaction;
            using (SqliteDataReader reader = command.ExecuteReader())
            {
                while (reader.Read())
                {
                    rows.Add(read(reader));
                }
            }
            transaction.Commit();
            return rows;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        connection.Dispose();
        turn.Dispose();
    }

    private SqliteCommand Command(string sql, (string Name, object? Value)[] values)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements are constants of this assembly; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object? value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }
        return command;
    }
}
