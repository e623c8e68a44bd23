namespace MlOps.Providers;

/// <summary>Creates and writes private temporary files that are deleted when they are closed.</summary>
internal static class SpoolFile
{
    public static FileStream Create(Func<Exception, Exception> toException)
    {
        try
        {
            var name = Path.Combine(Path.GetTempPath(), $"mlops-{Guid.NewGuid():N}.spool");
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var file = new FileStream(name, options);
            DeleteName(name);
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw toException(exception);
        }
    }

    public static async Task WriteAsync(FileStream file, ContentPart part, Func<Exception, Exception> toException, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(part.Content, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw toException(exception);
        }
    }

    /// <summary>Unlinks the open file, so that it does not remain if the process is killed. Windows deletes such a file by itself.</summary>
    private static void DeleteName(string name)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(name);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Some network shares do not unlink an open file. Closing the file deletes it.
        }
    }
}
