using MlOps.Storage;

namespace MlOps.Abstractions.Tests;

/// <summary>Each message states the failure, the value and the remedy.</summary>
public sealed class ExceptionTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("models/churn");
    private static readonly Exception s_cause = new InvalidOperationException("cause");

    [Test]
    public void Not_found_names_the_path_and_the_remedy()
    {
        var exception = new ArtifactNotFoundException(s_path, s_cause);

        Assert.That(exception.Path, Is.EqualTo(s_path));
        Assert.That(exception.InnerException, Is.SameAs(s_cause));
        Assert.That(exception.Message, Is.EqualTo("There is no artifact at 'models/churn'. Check the path, or list the artifacts of its folder."));
    }

    [Test]
    public void Exists_names_the_path_and_the_remedy()
    {
        var exception = new ArtifactExistsException(s_path, s_cause);

        Assert.That(exception.Path, Is.EqualTo(s_path));
        Assert.That(exception.InnerException, Is.SameAs(s_cause));
        Assert.That(exception.Message, Does.Contain("already exists at 'models/churn'").And.Contains("Read the artifact"));
    }

    [Test]
    public void Conflict_names_the_path_and_the_remedy()
    {
        var exception = new ArtifactConflictException(s_path, s_cause);

        Assert.That(exception.Path, Is.EqualTo(s_path));
        Assert.That(exception.InnerException, Is.SameAs(s_cause));
        Assert.That(exception.Message, Does.Contain("'models/churn' was changed or deleted").And.Contains("Read it again"));
    }

    [Test]
    public void Integrity_names_the_path_both_digests_and_the_detail()
    {
        var expected = Sha256Digest.Of("expected"u8);
        var actual = Sha256Digest.Of("actual"u8);

        var exception = new ArtifactIntegrityException(s_path, expected, actual, "It is short.", s_cause);

        Assert.That(exception.Path, Is.EqualTo(s_path));
        Assert.That(exception.Expected, Is.EqualTo(expected));
        Assert.That(exception.Actual, Is.EqualTo(actual));
        Assert.That(exception.InnerException, Is.SameAs(s_cause));
        Assert.That(
            exception.Message,
            Does.Contain("'models/churn'").And.Contains($"expected SHA-256 {expected}").And.Contains($"actual {actual}")
                .And.Contains("It is short. Discard the content"));
    }

    [Test]
    public void Integrity_names_an_unknown_digest()
    {
        var exception = new ArtifactIntegrityException(s_path, expected: null, actual: null, "It is short.");

        Assert.That(exception.Message, Does.Contain("expected SHA-256 unknown, actual unknown. It is short. Discard the content"));
    }

    [Test]
    public void Integrity_of_a_write_states_that_nothing_was_stored()
    {
        var exception = new ArtifactIntegrityException(s_path, Sha256Digest.Of("expected"u8), Sha256Digest.Of("actual"u8));

        Assert.That(exception.Message, Does.Contain("Nothing was stored").And.Contains("correct the expected digest").And.Not.Contains("Discard the content"));
    }

    [Test]
    public void Access_denied_keeps_path_message_and_cause()
    {
        var exception = new ArtifactAccessDeniedException(s_path, "Check MlOps:Storage:S3:AccessKey.", s_cause);

        Assert.That(exception.Path, Is.EqualTo(s_path));
        Assert.That(exception.Message, Is.EqualTo("Check MlOps:Storage:S3:AccessKey."));
        Assert.That(exception.InnerException, Is.SameAs(s_cause));
    }

    [Test]
    public void Provider_exception_has_provider_operation_and_transience()
    {
        var exception = new ProviderException("S3", "write", isTransient: true, "The bucket is busy.", s_cause);

        Assert.That(exception.Provider, Is.EqualTo("S3"));
        Assert.That(exception.Operation, Is.EqualTo("write"));
        Assert.That(exception.IsTransient, Is.True);
        Assert.That(exception.Message, Is.EqualTo("The bucket is busy."));
        Assert.That(exception.InnerException, Is.SameAs(s_cause));
    }

    [Test]
    public void Broken_contract_names_provider_rule_and_the_fixture_to_run()
    {
        var exception = new ProviderContractException("AcmeStore", "It must not.");

        Assert.That(exception.Provider, Is.EqualTo("AcmeStore"));
        Assert.That(exception.Rule, Is.EqualTo("It must not."));
        Assert.That(
            exception.Message, Is.EqualTo("The provider 'AcmeStore' violated its contract: It must not. Run its conformance fixture from MlOps.Testing."));
    }
}
