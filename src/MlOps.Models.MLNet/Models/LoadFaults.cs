namespace MlOps.Models;

/// <summary>Says why ML.NET did not load a model, and what to do.</summary>
internal static class LoadFaults
{
    private const int ManagedIOError = unchecked((int)0x80131620);

    /// <summary>Tells an exception that damaged or foreign data causes from one that has other reasons: ML.NET trusts what it reads, so damage makes it throw nearly anything.</summary>
    public static bool IsFaultOfFile(Exception exception) =>
        exception is not ModelFormatException && !Chain(exception).Any(static cause => cause is OperationCanceledException or UnauthorizedAccessException || IsFaultOfDisk(cause));

    /// <summary>Tells whether memory was lacking, of which there may be more later.</summary>
    public static bool IsTransient(Exception exception) => Chain(exception).Any(static cause => cause is OutOfMemoryException);

    /// <summary>Says it as sentences.</summary>
    public static string Describe(Exception exception)
    {
        var causes = Chain(exception).ToArray();
        if (causes.OfType<FileNotFoundException>().Select(static cause => cause.FileName)
            .Concat(causes.OfType<FileLoadException>().Select(static cause => cause.FileName))
            .FirstOrDefault(static name => name is not null) is { } assembly)
        {
            return $"it needs the assembly '{assembly.Split(',')[0]}', which the application does not have. Reference the package or project with that name, such as Microsoft.ML.FastTree.";
        }

        var root = causes[^1];
        return root switch
        {
            InvalidOperationException when root.Message.Contains("extension for the contract", StringComparison.Ordinal) =>
                $"it has a custom mapping that is not registered: {Sentence(root)} Register it by AddMLNetModels(options => options.Assemblies.Add(typeof(YourMapping).Assembly)).",
            OutOfMemoryException => "it asks for more memory than there is, because it is damaged or too large for this machine. Save it again, or give the process more memory.",
            FormatException when root.Message.StartsWith("Couldn't load model", StringComparison.Ordinal) =>
                $"it has a step that this application does not know: {Sentence(root)} Reference the package that the step is from in the version it was trained with, "
                + "or register its assembly by AddMLNetModels(options => options.Assemblies.Add(…)).",
            _ => $"ML.NET cannot read it: {Sentence(root)} It is damaged, or no model: save it again with MLContext.Model.Save, by the version of ML.NET that the application has or an earlier one.",
        };
    }

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    /// <summary>Tells what the operating system reports, such as a full disk, from what a stream says of nonsensical positions in damaged files.</summary>
    private static bool IsFaultOfDisk(Exception cause) => cause is IOException { HResult: not ManagedIOError } and not (FileNotFoundException or FileLoadException or EndOfStreamException);

    private static string Sentence(Exception exception) => exception.Message.TrimEnd('.') + ".";
}
