using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;

namespace MlOps.Tracking;

/// <summary>Shortens the long texts of runs, so that searches keep only their beginnings in memory. The log of a run contains the full
/// texts.</summary>
/// <remarks>A shortened text consists of the beginning, U+0000 and the length of the full text. Every text that contains U+0000 is treated
/// as shortened, so a text that was recorded with this character is read from the log.</remarks>
internal static class LongText
{
    /// <summary>The maximum length of a text that is not shortened. A shortened text is not longer.</summary>
    public const int MaxLength = BeginningLength + 8;

    private const int BeginningLength = 1_000;
    private const char Separator = '\0';
    private static readonly SearchValues<char> s_numberCharacters = SearchValues.Create("0123456789+-.eE");

    public static bool IsShortened(string? text) => text?.Contains(Separator, StringComparison.Ordinal) == true;

    /// <summary>Determines whether the state of a run contains a shortened text.</summary>
    public static bool IsShortened(RunState state) =>
        state.Parameters.Values.Any(IsShortened)
        || state.Tags.Values.Any(IsShortened)
        || IsShortened(state.Note)
        || IsShortened(state.Failure?.Message)
        || IsShortened(state.Failure?.Details)
        || state.Datasets.Any(static dataset => IsShortened(dataset.Source) || IsShortened(dataset.Digest));

    /// <summary>Shortens the long texts of the state of a run.</summary>
    public static RunState Shorten(RunState state) => state with
    {
        Parameters = Shorten(state.Parameters),
        Tags = Shorten(state.Tags),
        Note = Shorten(state.Note),
        Failure = state.Failure is { } failure ? new RunFailure(failure.Type, Shorten(failure.Message)!, Shorten(failure.Details)) : null,
        Datasets = state.Datasets.Exists(static dataset => IsLong(dataset.Source) || IsLong(dataset.Digest))
            ? state.Datasets.ConvertAll(Shorten)
            : state.Datasets,
    };

    /// <summary>Replaces the shortened texts of a state with the full texts of the log.</summary>
    /// <remarks>If the log is newer than the state, the result contains the newer texts.</remarks>
    public static RunState Complete(RunState state, RunState fullState) => state with
    {
        Parameters = fullState.Parameters,
        Tags = fullState.Tags,
        Note = fullState.Note,
        Failure = state.Failure is null ? null : fullState.Failure,
        Datasets = fullState.Datasets,
    };

    /// <summary>Determines whether the full text of a shortened text can be a number.</summary>
    public static bool IsMaybeNumber(string shortened)
    {
        var beginning = BeginningOf(shortened).Trim();
        return beginning.Length <= "-Infinity".Length || !beginning.ContainsAnyExcept(s_numberCharacters);
    }

    /// <summary>Determines whether the full text of a shortened text can equal another text.</summary>
    public static bool IsMaybeEqual(string shortened, string text)
    {
        var beginning = BeginningOf(shortened);
        return text == shortened
            || !int.TryParse(shortened.AsSpan(beginning.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length <= MaxLength
            || (text.Length == length && text.AsSpan().StartsWith(beginning, StringComparison.Ordinal));
    }

    private static bool IsLong(string? text) => text?.Length > MaxLength;

    private static ReadOnlySpan<char> BeginningOf(string shortened) => shortened.AsSpan(0, shortened.LastIndexOf(Separator));

    private static ImmutableSortedDictionary<string, string> Shorten(ImmutableSortedDictionary<string, string> texts) => texts.Values.Any(IsLong)
        ? texts.SetItems(texts.Where(static text => IsLong(text.Value)).Select(static text => KeyValuePair.Create(text.Key, Shorten(text.Value)!)))
        : texts;

    private static RunDataset Shorten(RunDataset dataset) => new()
    {
        Name = dataset.Name,
        Version = dataset.Version,
        Digest = Shorten(dataset.Digest),
        Context = dataset.Context,
        Source = Shorten(dataset.Source),
    };

    private static string? Shorten(string? text)
    {
        if (!IsLong(text))
        {
            return text;
        }

        var length = char.IsHighSurrogate(text![BeginningLength - 1]) ? BeginningLength - 1 : BeginningLength;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, length)}{Separator}{text.Length}");
    }
}
