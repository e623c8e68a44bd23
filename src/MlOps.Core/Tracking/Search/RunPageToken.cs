using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlOps.Search;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The content of a page token: the position of the last run of a page, and the digest of the query.</summary>
/// <remarks>A token is the Base64 encoding of a checksum and JSON. It contains a position instead of a number of runs, so runs that are
/// started or deleted between two pages do not shift the next page.</remarks>
internal sealed class RunPageToken
{
    private const int CurrentVersion = 1;
    private const int ChecksumLength = 8;
    private const string Remedy = "Use the unchanged token of the previous page, or omit the token to start with the first page.";

    public required int Version { get; init; }

    /// <summary>Gets the digest of the query.</summary>
    public string Query { get; init; } = "";

    /// <summary>Gets the values of the ordering keys: <c>t</c> followed by a text, <c>n</c> followed by a number, or
    /// <see langword="null"/>.</summary>
    public string?[] Values { get; init => field = value ?? []; } = [];

    public double Started { get; init; }

    public string Id { get; init; } = "";

    /// <summary>Creates the token of the page that begins after a run.</summary>
    public static string Create(RunQuery query, RunPosition last)
    {
        var token = new RunPageToken
        {
            Version = CurrentVersion,
            Query = DigestOf(query),
            Values = Array.ConvertAll(last.Values, static value => RunOrder.IsMissing(value)
                ? null
                : value!.Value.Text is { } text ? $"t{text}" : string.Create(CultureInfo.InvariantCulture, $"n{value.Value.Number:R}")),
            Started = last.Started,
            Id = last.Id,
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(token, TrackingJson.Default.RunPageToken);
        return Base64Url.EncodeToString([.. SHA256.HashData(json).AsSpan(0, ChecksumLength), .. json]);
    }

    /// <summary>Parses and verifies the page token of a query.</summary>
    /// <returns>The position after which the page begins, or <see langword="null"/> for the first page.</returns>
    /// <exception cref="ArgumentException">The token is damaged, or belongs to a different version or query.</exception>
    public static RunPosition? Read(RunQuery query)
    {
        if (query.PageToken is null)
        {
            return null;
        }

        var token = Parse(query.PageToken);
        if (token.Version != CurrentVersion)
        {
            throw Fault(string.Create(
                CultureInfo.InvariantCulture,
                $"has version {token.Version}, but this program supports version {CurrentVersion}. Omit the token to start with the first page."));
        }

        return token.Query == DigestOf(query) && token.Values.Length == query.OrderBy.Count
            ? new RunPosition(Array.ConvertAll(token.Values, ValueOf), token.Started, token.Id)
            : throw Fault(
                "belongs to a different query. Use the same Experiments, Filter, OrderBy and Lifecycle for every page, "
                + "or omit the token to start with the first page.");
    }

    private static RunPageToken Parse(string text)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            var json = bytes.AsSpan(Math.Min(ChecksumLength, bytes.Length));
            return bytes.AsSpan().StartsWith(SHA256.HashData(json).AsSpan(0, ChecksumLength))
                ? JsonSerializer.Deserialize(json, TrackingJson.Default.RunPageToken)!
                : throw Fault($"is damaged. {Remedy}");
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Fault($"is damaged. {Remedy}", exception);
        }
    }

    private static FilterValue? ValueOf(string? value) => value switch
    {
        null => null,
        ['t', .. var text] => new FilterValue(text),
        _ => new FilterValue(double.Parse(value.AsSpan(1), CultureInfo.InvariantCulture)),
    };

    private static string DigestOf(RunQuery query)
    {
        var experiments = query.Experiments.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        string[] parts = [query.Filter, query.Lifecycle.ToString(), .. query.OrderBy, "", .. experiments];
        var text = string.Concat(parts.Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
        return Sha256Digest.Of(Encoding.UTF8.GetBytes(text)).ToString();
    }

    private static ArgumentException Fault(string fault, Exception? inner = null) => new($"The page token {fault}", inner);
}
