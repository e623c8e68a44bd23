using System.Text;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The rules of datasets' names, and where a dataset of some name is.</summary>
internal static class DatasetName
{
    private const int MaxCharacters = 250;
    private const int MaxBytes = 750;

    /// <summary>Gets the folder of all datasets.</summary>
    public static ArtifactPath Root { get; } = ArtifactPath.Parse("datasets");

    /// <summary>Gets the folder of a dataset.</summary>
    /// <exception cref="ArgumentException">The name breaks a rule; the message says which.</exception>
    public static ArtifactPath FolderOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return FindFault(name) is { } fault ? throw new ArgumentException($"'{name}' is not a dataset's name: {fault}", nameof(name)) : Root.Append(name);
    }

    /// <summary>Finds out which rule a name breaks.</summary>
    /// <returns>What is wrong and what to do, or <see langword="null"/>.</returns>
    public static string? FindFault(string name)
    {
        if (name.Length > MaxCharacters || Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            return $"it is longer than {MaxCharacters} characters or {MaxBytes} bytes in UTF-8. Shorten it.";
        }

        if (name.AsSpan().IndexOfAny('/', ':') is var index and >= 0)
        {
            return $"it has a '{name[index]}'. Use another character, such as '-' or '.'.";
        }

        try
        {
            _ = ArtifactPath.Parse(name);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }
}
