namespace MlOps;

/// <summary>Gives the SDK profiles of the tests' own: it reads the variable that names their file once in a process.</summary>
[SetUpFixture]
[NonParallelizable]
public sealed class AwsProfiles
{
    /// <summary>Gets the file, which has the profile <c>team</c> with a region and <c>plain</c> without one.</summary>
    public static string File { get; } = Path.GetTempFileName();

    [OneTimeSetUp]
    public void Write()
    {
        const string keys = "aws_access_key_id = key\naws_secret_access_key = secret\n";
        System.IO.File.WriteAllText(File, $"[team]\nregion = eu-central-1\n{keys}[plain]\n{keys}");
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", File);
    }

    [OneTimeTearDown]
    public void Delete() => System.IO.File.Delete(File);
}
