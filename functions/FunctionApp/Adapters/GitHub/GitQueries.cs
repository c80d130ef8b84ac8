using System.Globalization;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>What is asked by GraphQL of one repository: files and history at a revision, and a commit on an expected head.</summary>
internal sealed class GitQueries(string repository)
{
    public const int MostCommits = 100;

    public const string History = """
        query($owner: String!, $name: String!, $head: GitObjectID!, $count: Int!, $after: String) {
          repository(owner: $owner, name: $name) {
            object(oid: $head) {
              ... on Commit {
                history(first: $count, after: $after) {
                  pageInfo { hasNextPage endCursor }
                  nodes { oid committedDate message parents(first: 1) { nodes { oid } } }
                }
              }
            }
          }
        }
        """;

    public const string Commit = """
        mutation($input: CreateCommitOnBranchInput!) {
          createCommitOnBranch(input: $input) { commit { oid } }
        }
        """;

    private readonly string owner = repository.Split('/')[0];
    private readonly string name = repository.Split('/')[1];

    public object HistoryOf(string head, int count, string? after) => new { owner, name, head, count, after };

    /// <summary>Asks for files at a revision (a SHA or a branch) and, under `revision`, whether that is there.</summary>
    public (string Query, Dictionary<string, object> Variables) Files(string revision, IReadOnlyList<string> paths)
    {
        string at = IsSha(revision) ? revision : $"refs/heads/{revision}";
        Dictionary<string, object> variables = new() { ["owner"] = owner, ["name"] = name, ["revision"] = at };
        StringBuilder declared = new("query($owner: String!, $name: String!, $revision: String!");
        StringBuilder asked = new("  repository(owner: $owner, name: $name) {\n    revision: object(expression: $revision) { oid }\n");
        for (int i = 0; i < paths.Count; i++)
        {
            variables[$"path{i}"] = $"{at}:{paths[i]}";
            declared.Append(CultureInfo.InvariantCulture, $", $path{i}: String!");
            asked.Append(CultureInfo.InvariantCulture, $"    file{i}: object(expression: $path{i}) {{ ... on Blob {{ text isTruncated isBinary }} }}\n");
        }
        return ($"{declared}) {{\n{asked}  }}\n}}", variables);
    }

    /// <summary>One commit on the branch if its head is the expected one; GitHub signs it, as the App's.</summary>
    public object CommitOf(CommitRequest request) => new
    {
        input = new
        {
            branch = new { repositoryNameWithOwner = repository, branchName = request.Branch },
            expectedHeadOid = request.ExpectedHead,
            message = new { headline = request.Message.Subject, body = (request.Message with { Subject = "" }).ToString().TrimEnd('\n') },
            fileChanges = new
            {
                additions = request.Files.Where(file => file.Value is not null)
                    .Select(file => new { path = file.Key, contents = Convert.ToBase64String(Encoding.UTF8.GetBytes(file.Value!)) }),
                deletions = request.Files.Where(file => file.Value is null).Select(file => new { path = file.Key }),
            },
        },
    };

    public static bool IsSha(string revision) => revision.Length == 40 && revision.All(char.IsAsciiHexDigitLower);
}
