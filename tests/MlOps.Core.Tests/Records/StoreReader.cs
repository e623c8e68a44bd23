using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MlOps.Records;

/// <summary>Reads a store according to <c>FORMAT.md</c>, with only paths, JSON and SHA-256 and without any type of the library.</summary>
/// <param name="objects">The bytes of all objects of the store, by path.</param>
internal sealed class StoreReader(IReadOnlyDictionary<string, byte[]> objects)
{
    public IReadOnlyList<string> FindNames(string kind) =>
        [.. objects.Keys.Where(path => path.StartsWith($"{kind}/", StringComparison.Ordinal) && path.Contains("/log/", StringComparison.Ordinal))
            .Select(static path => path.Split('/')[1]).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Reads a log and verifies its sequence numbers and digests.</summary>
    public IReadOnlyList<JsonElement> ReadLog(string kind, string name)
    {
        var (events, previous) = (new List<JsonElement>(), (string?)null);
        for (var number = 1; objects.TryGetValue($"{kind}/{name}/log/{number:D20}.json", out var bytes); number++)
        {
            var document = Parse(bytes);
            Require(document.GetProperty("sequence").GetInt64() == number, $"event {number} is in its place");
            Require(document.GetProperty("previous").GetString() == previous, $"event {number} follows the one before");
            Require(Guid.TryParse(document.GetProperty("nonce").GetString(), out _), "a nonce is a UUID");
            Require(DateTimeOffset.TryParse(document.GetProperty("time").GetString(), out _), "a time is ISO 8601");
            events.Add(document);
            previous = DigestOf(bytes);
        }

        var count = objects.Keys.Count(path => path.StartsWith($"{kind}/{name}/log/", StringComparison.Ordinal));
        Require(events.Count == count, $"the log of '{name}' has no gap");
        return events;
    }

    /// <summary>Reads the versions of a model with the digests of their manifests, and the targets of its aliases.</summary>
    public (SortedDictionary<int, string> Versions, SortedDictionary<string, int> Aliases) ReadModel(string name)
    {
        var versions = new SortedDictionary<int, string>();
        var aliases = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var change in ReadLog("models", name).Select(static document => document.GetProperty("event")))
        {
            switch (change.GetProperty("kind").GetString())
            {
                case "registered":
                    versions.Add(change.GetProperty("version").GetInt32(), change.GetProperty("registered").GetProperty("manifest").GetString()!);
                    break;
                case "aliasSet" or "rolledBack":
                    aliases[change.GetProperty("alias").GetString()!] = change.GetProperty("version").GetInt32();
                    break;
                case "aliasRemoved":
                    aliases.Remove(change.GetProperty("alias").GetString()!);
                    break;
                case "versionDeleted":
                    versions.Remove(change.GetProperty("version").GetInt32());
                    break;
                case "modelDeleted":
                    versions.Clear();
                    aliases.Clear();
                    break;
            }
        }

        return (versions, aliases);
    }

    /// <summary>Reads the versions of a dataset with the digests of their manifests.</summary>
    public SortedDictionary<int, string> ReadDataset(string name)
    {
        var versions = new SortedDictionary<int, string>();
        foreach (var change in ReadLog("datasets", name).Select(static document => document.GetProperty("event")))
        {
            var version = change.TryGetProperty("version", out var number) ? number.GetInt32() : (int?)null;
            switch (change.GetProperty("kind").GetString(), version)
            {
                case ("snapshot", { } added):
                    var manifest = change.GetProperty("manifest").GetString()!;
                    Require(DigestOfDigests(manifest) == change.GetProperty("digest").GetString(), $"version {added} has the digest of its digests");
                    versions.Add(added, manifest);
                    break;
                case ("deletion", null):
                    versions.Clear();
                    break;
                case ("deletion", { } deleted):
                    versions.Remove(deleted);
                    break;
            }
        }

        return versions;
    }

    /// <summary>Reads the files of a manifest, and verifies their digests and sizes.</summary>
    public SortedDictionary<string, byte[]> ReadFiles(string manifest)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in Parse(ReadContent(manifest)).GetProperty("files").EnumerateArray())
        {
            var bytes = ReadContent(file.GetProperty("sha256").GetString()!);
            Require(bytes.Length == file.GetProperty("size").GetInt64(), "a file has the size that is listed");
            files.Add(file.GetProperty("path").GetString()!, bytes);
        }

        return files;
    }

    private static JsonElement Parse(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        Require(document.RootElement.GetProperty("format").GetInt32() <= 1, "the format is one that is known");
        return document.RootElement.Clone();
    }

    private static string DigestOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Require(bool holds, string rule) => Assert.That(holds, Is.True, rule);

    private string DigestOfDigests(string manifest)
    {
        var lines = Parse(ReadContent(manifest)).GetProperty("files").EnumerateArray()
            .Select(static file => $"{file.GetProperty("sha256").GetString()} {file.GetProperty("size").GetInt64()} {file.GetProperty("path").GetString()}\n");
        return DigestOf(Encoding.UTF8.GetBytes(string.Concat(lines)));
    }

    private byte[] ReadContent(string digest)
    {
        var bytes = objects[$"blobs/sha256/{digest[..2]}/{digest}"];
        Require(DigestOf(bytes) == digest, $"the bytes at {digest} have that digest");
        return bytes;
    }
}
