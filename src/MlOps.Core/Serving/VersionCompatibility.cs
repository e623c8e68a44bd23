namespace MlOps.Serving;

/// <summary>Checks that a version accepts the rows of the version that it replaces, because callers continue to send the same rows.</summary>
internal static class VersionCompatibility
{
    /// <summary>Checks the number of values of each input in a row. Type mapping cannot detect a change, because an array can have any length.</summary>
    /// <exception cref="ModelCheckException">An input has another number of values than in the previous version.</exception>
    public static void ThrowIfRowShapeChanged(string name, LoadedVersion before, LoadedVersion next)
    {
        foreach (var input in next.Model.Signature.Inputs)
        {
            var earlier = before.Model.Signature.Inputs.FirstOrDefault(other => other.Name == input.Name);
            if (earlier is not null && CountOf(earlier.Shape) is { } was && CountOf(input.Shape) is { } count && was != count)
            {
                throw new ModelCheckException(FormattableString.Invariant(
                    $"{next.Local} expects {count} values of '{input.Name}' in a row, but the current version {before.Local.Number} expects {was}. ")
                    + "Rows of the callers would be rejected. Register a version that accepts the same rows, or restart the process with updated callers. "
                    + $"To skip this check, set {MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{name}:{nameof(ServedModelOptions.WarmUpTime)} "
                    + "to 00:00:00.");
            }
        }
    }

    /// <summary>Gets the number of values in a row, or <see langword="null"/> if it is dynamic.</summary>
    private static long? CountOf(IReadOnlyList<long?> shape)
    {
        var row = shape.Skip(shape is [null or 1, ..] ? 1 : 0).ToArray();
        return Array.Exists(row, static length => length is null) ? null : row.Aggregate(1L, static (product, length) => product * length!.Value);
    }
}
