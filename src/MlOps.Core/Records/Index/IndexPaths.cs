using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>The paths of the index of a record kind.</summary>
internal static class IndexPaths
{
    /// <summary>The number of shards. Each shard is a document.</summary>
    public const int Shards = 4;

    private const string Root = "index";
    private const string Announced = "announced";
    private const int SequenceDigits = 20;

    /// <summary>Gets the folder of the index of a kind, such as <c>index/models</c>.</summary>
    public static ArtifactPath Folder(string kind) => ArtifactPath.Parse($"{Root}/{kind}");

    /// <summary>Gets the folder of the announcements of a kind.</summary>
    public static ArtifactPath Announcements(string kind) => ArtifactPath.Parse($"{Root}/{kind}/{Announced}");

    /// <summary>Gets the path of a shard.</summary>
    public static ArtifactPath Shard(string kind, int number) => ArtifactPath.Parse(FormattableString.Invariant($"{Root}/{kind}/{number}.json.gz"));

    /// <summary>Gets the path of the announcement of an event. It has no extension, so that no record name makes it look like the path of
    /// an event.</summary>
    public static ArtifactPath Announcement(string kind, string name, long sequence) =>
        ArtifactPath.Parse(string.Create(CultureInfo.InvariantCulture, $"{Root}/{kind}/{Announced}/{name}/{sequence:D20}"));

    /// <summary>Parses the path of an announcement.</summary>
    public static bool TryParseAnnouncement(string kind, ArtifactPath path, [NotNullWhen(true)] out string? name, out long sequence)
    {
        (name, sequence) = (null, 0);
        if (path.ToString().Split('/') is not [Root, var parsedKind, Announced, var record, { Length: SequenceDigits } number]
            || parsedKind != kind
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out sequence)
            || sequence == 0)
        {
            return false;
        }

        name = record;
        return true;
    }

    /// <summary>Gets the number of the shard of a record: the first byte of the SHA-256 of its name, modulo the number of shards.</summary>
    public static int ShardOf(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name))[0] % Shards;
}
