namespace MlOps.Serving;

/// <summary>Compares a version with the one that it replaces, whose callers go on sending the same rows.</summary>
internal static class VersionReplacement
{
    /// <summary>Fails if an input takes another number of values in a row, since an array of the callers fits any number until it is predicted.</summary>
    /// <exception cref="ModelCheckException">The rows of the callers fit the version before and not the next one.</exception>
    public static void ThrowIfRowsNoLongerFit(string name, LoadedVersion before, LoadedVersion next)
    {
        foreach (var input in next.Model.Signature.Inputs)
        {
            var earlier = before.Model.Signature.Inputs.FirstOrDefault(other => other.Name == input.Name);
            if (earlier is not null && CountOf(earlier.Shape) is { } was && CountOf(input.Shape) is { } count && was != count)
            {
                throw new ModelCheckException(FormattableString.Invariant(
                    $"{next.Local} takes {count} values of '{input.Name}' in a row, and version {before.Local.Number}, which answers, takes {was}. ")
                    + "The rows of its callers would be refused. Register a version that takes the same rows, or restart the process with callers for the new ones. "
                    + $"To serve it at once, set {MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{name}:{nameof(ServedModelOptions.WarmUpTime)} to 00:00:00.");
            }
        }
    }

    /// <summary>Gets the number of values in a row, or <see langword="null"/> if the model leaves it open.</summary>
    private static long? CountOf(IReadOnlyList<long?> shape)
    {
        var row = shape.Skip(shape is [null or 1, ..] ? 1 : 0).ToArray();
        return Array.Exists(row, static length => length is null) ? null : row.Aggregate(1L, static (product, length) => product * length!.Value);
    }
}
