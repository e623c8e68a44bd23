namespace MlOps.Models;

public sealed class ModelTensorTests
{
    [Test]
    public void The_type_is_that_of_the_values()
    {
        Assert.That(new ModelTensor(new[] { 1f, 2f }, [2]).Type, Is.EqualTo(FeatureType.Float32));
        Assert.That(new ModelTensor(new[] { "a" }, [1, 1]).Type, Is.EqualTo(FeatureType.String));
        Assert.That(new ModelTensor(new[] { new byte[] { 1 } }, [1]).Type, Is.EqualTo(FeatureType.Binary));
    }

    [Test]
    public void Nothing_but_the_right_shape_is_taken()
    {
        Assert.That(() => new ModelTensor(new float[6], [2, 3]), Throws.Nothing);
        Assert.That(() => new ModelTensor(Array.Empty<float>(), [0, 3]), Throws.Nothing);
        Assert.That(() => new ModelTensor(new float[6], [2, 2]), Throws.ArgumentException.With.Message.Contains("[2, 2]").And.Message.Contains("6 values"));
        Assert.That(() => new ModelTensor(new float[6], [-2, -3]), Throws.ArgumentException);
    }

    [Test]
    public void A_shape_larger_than_any_array_is_refused() =>
        Assert.That(() => new ModelTensor(new float[1], [long.MaxValue, 2]), Throws.ArgumentException);

    [Test]
    public void Values_of_an_unsupported_type_are_rejected() =>
        Assert.That(() => new ModelTensor(new[] { new Uri("https://example.org") }, [1]), Throws.ArgumentException.With.Message.Contains("Uri[]"));

    [Test]
    public void Values_are_read_by_their_own_type_only()
    {
        var tensor = new ModelTensor(new[] { 1f, 2f }, [2]);

        Assert.That(tensor.AsSpan<float>().ToArray(), Is.EqualTo([1f, 2f]));
        Assert.Throws<InvalidCastException>(() => tensor.AsSpan<double>());
    }

    [Test]
    public void Labels_name_the_values_of_the_last_dimension()
    {
        Assert.That(new ModelTensor(new float[6], [2, 3]) { Labels = ["a", "b", "c"] }.Labels, Is.EqualTo(["a", "b", "c"]));
        Assert.That(() => new ModelTensor(new float[6], [2, 3]) { Labels = ["a", "b"] },
            Throws.ArgumentException.With.Message.Contains("2 labels").And.Message.Contains("[2, 3]"));
        Assert.That(() => new ModelTensor(new float[1], []) { Labels = ["a"] }, Throws.ArgumentException);
    }
}
