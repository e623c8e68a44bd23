namespace MlOps.Models;

/// <summary>Classifies and describes the exceptions that ML.NET throws when it loads a model.</summary>
internal static class LoadErrors
{
    private const int ManagedIOError = unchecked((int)0x80131620);

    /// <summary>Determines whether the content of the file caused an exception.</summary>
    /// <remarks>
    /// ML.NET does not validate its input, so a damaged file can cause almost any exception. Only exceptions with another known cause are excluded.
    /// </remarks>
    public static bool IsFaultOfFile(Exception exception) =>
        exception is not ModelFormatException
        && !Chain(exception).Any(static cause => cause is OperationCanceledException or UnauthorizedAccessException || IsFaultOfDisk(cause));

    /// <summary>Determines whether the exception is due to a lack of memory, so that a later attempt may succeed.</summary>
    public static bool IsTransient(Exception exception) => Chain(exception).Any(static cause => cause is OutOfMemoryException);

    /// <summary>Describes the failure and the remedy.</summary>
    public static string Describe(Exception exception)
    {
        var causes = Chain(exception).ToArray();
        if (causes.OfType<FileNotFoundException>().Select(static cause => cause.FileName)
            .Concat(causes.OfType<FileLoadException>().Select(static cause => cause.FileName))
            .FirstOrDefault(static name => name is not null) is { } assembly)
        {
            return $"it requires the assembly '{assembly.Split(',')[0]}', which the application does not contain. "
                + "Reference the package or project with this name, such as Microsoft.ML.FastTree.";
        }

        var root = causes[^1];
        return root switch
        {
            InvalidOperationException when root.Message.Contains("extension for the contract", StringComparison.Ordinal) =>
                $"it has a custom mapping that is not registered: {Sentence(root)} "
                + "Register it with AddMLNetModels(options => options.Assemblies.Add(typeof(YourMapping).Assembly)).",
            OutOfMemoryException =>
                "it requires more memory than is available, because it is damaged or too large for this machine. Save it again, or provide more memory.",
            FormatException when root.Message.StartsWith("Couldn't load model", StringComparison.Ordinal) =>
                $"it has a step that is not available in this application: {Sentence(root)} "
                + "Reference the package of the step in the version used for training, or register its assembly with "
                + "AddMLNetModels(options => options.Assemblies.Add(…)).",
            _ => $"ML.NET cannot read it: {Sentence(root)} The file is damaged or is not a model. "
                + "Save it again with MLContext.Model.Save, with the version of ML.NET in the application or an earlier version.",
        };
    }

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    /// <summary>Determines whether the operating system reported the error, such as a full disk.</summary>
    /// <remarks>An invalid position in a damaged file has another code.</remarks>
    private static bool IsFaultOfDisk(Exception cause) =>
        cause is IOException { HResult: not ManagedIOError } and not (FileNotFoundException or FileLoadException or EndOfStreamException);

    private static string Sentence(Exception exception) => exception.Message.TrimEnd('.') + ".";
}
